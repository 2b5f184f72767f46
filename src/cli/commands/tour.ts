import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadScenario } from '../../../scenarios/load.ts';
import { claimsOf, schemes } from '../../laboratory/registry.ts';
import { tourPage } from '../../report/page/report-pages.ts';
import { matrixText } from '../../report/text/matrix.ts';
import { stressTable } from '../../report/text/stress-table.ts';
import type { Style } from '../../report/text/style.ts';
import { hang, noteText, table, widthOf, wrap } from '../../report/text/columns.ts';
import { commandLines } from '../../report/text/command-lines.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { teachingCase } from '../../scenario/scenario.ts';
import type { StressResult } from '../../stress/result.ts';
import { command, type Command } from '../arguments/command.ts';
import { integer, number } from '../arguments/option.ts';
import { writeFile } from '../terminal/output.ts';
import { runJson, stressJson } from '../../report/run-documents.ts';
import { runEach, tellOne, tellNotRun, tellVerdict, verdictOfAll } from '../scenario-runs.ts';
import { stressEach, tellUnfinished } from '../stress-runs.ts';

export const tour: Command = command({
  name: 'tour',
  summary: 'The main job end to end: ABA on real threads, told, audited, and survived by the other schemes.',
  about:
    'First the story of one ABA between two real worker threads; then the same schedule under every scheme; then all schemes on free ' +
    'threads. The exit status is 1 if a scheme does not do as it claims.',
  options: {
    seconds: number(
      'S',
      'How long each scheme runs on free threads; an unsafe one until it breaks. Default 1.',
      { least: 0.1, most: 3600 },
    ),
    seed: integer('N', 'What the free threads draw at random. Default: drawn, and printed.', {
      least: 0,
      most: 2 ** 32 - 1,
    }),
  },
  examples: [
    ['lockfree-lab tour', 'All of it, in about ten seconds.'],
    ['lockfree-lab tour --seconds 0.2', 'The same in a hurry.'],
  ],
  run: async (context, { seconds, seed }) => {
    const { print, style } = context;
    const scenario = await loadScenario('aba-dequeue');
    print(headline(1, 'One ABA between two real worker threads, each step granted by a coordinator', style));
    const runs = await runEach(scenario, scenario.cases, {}, context);
    const shown = runs.find((each) => each.case === teachingCase(scenario));
    if (shown) tellOne(shown, {}, context);
    if (runs.length > 1) {
      print(headline(2, 'The same schedule under every scheme', style));
      print(matrixText(runs, style, runs.length < scenario.cases.length));
    }
    tellNotRun(runs, scenario.cases, context);
    const failed = runs.filter(({ verdict }) => verdict === 'broken');
    for (const each of failed) if (each !== shown) tellVerdict(each, context);

    const drawn = seed ?? Math.floor(Math.random() * 2 ** 32);
    const all = schemes.map(({ ID }) => ID);
    const specs = context.signal.aborted ? [] : all;
    if (specs.length > 0) {
      print(headline(3, `Free threads, ${seconds ?? 1} s for each scheme (seed ${drawn})`, style));
    }
    const runsOfAll = await stressEach(
      specs,
      (scheme) => ({ seconds: secondsFor(scheme, seconds ?? 1), seed: drawn }),
      context,
      () => {},
    );
    const { results, missing } = runsOfAll;
    if (results.length > 0) print(stressTable(results, style, missing));
    if (specs.length > 0) tellUnfinished(runsOfAll, context);
    else print(noteText('Interrupted: no scheme was run on free threads.', style));
    if (!context.signal.aborted) {
      const page = writeTour(runs, results);
      print([whereNext(style), '', ...wrap(page, style.columns)].join('\n'));
    }

    const broken = failed.length > 0 || results.some(({ verdict }) => verdict === 'broken');
    const documents = [...runs.map((each) => runJson(each)), ...results.map((each) => stressJson(each))];
    return {
      broken,
      document: {
        verdict: verdictOfAll(documents.length, broken),
        findings: documents.flatMap(({ findings, scheme }) =>
          (findings as object[]).map((finding) => ({ ...finding, scheme })),
        ),
        seed: drawn,
        scenarios: documents.slice(0, runs.length),
        runs: documents.slice(runs.length),
      },
    };
  },
});

const PAGE = 'out/tour.html';

/** Writes the page of the tour, and says where it is; a tour needs no place to write to. */
function writeTour(runs: readonly ScenarioRun[], results: readonly StressResult[]): string {
  try {
    mkdirSync(dirname(PAGE), { recursive: true });
    writeFile(PAGE, tourPage(runs, results, 'npx lockfree-lab tour'));
    return `The same as a page, to be stepped through: ${PAGE}`;
  } catch (error) {
    return `There is no page of it: ${(error as Error).message}`;
  }
}

/** What promises no safety runs until it breaks, which ends the run and takes far less than this nearly always. */
const UNTIL_IT_BREAKS = 5;

function secondsFor(id: string, seconds: number): number {
  const isUnsafe = schemes.some((scheme) => scheme.ID === id && claimsOf(scheme).abaSafe === 'no');
  return isUnsafe ? Math.max(seconds, UNTIL_IT_BREAKS) : seconds;
}

function headline(part: number, text: string, style: Style): string {
  const [first, ...more] = wrap(`${part}  ${text}`, style.columns, '   ');
  const heading = [first, ...more].map((line) => style.heading(line)).join('\n');
  return `${part === 1 ? '' : '\n'}${heading}\n`;
}

/** Commands to go on with. */
export function whereNext(style: Style): string {
  const rows = [
    ['npx lockfree-lab list', 'the schemes with their claims, and all scenarios'],
    ['npx lockfree-lab run aba-dequeue --scheme epochs --all', 'every step under another scheme'],
    ['npx lockfree-lab stress --scheme naive', 'the same damage on free threads'],
  ];
  const side = table(rows).map((line) => `  ${line}`);
  const isTooWide = side.some((line) => widthOf(line) > style.columns);
  const lines = isTooWide
    ? rows.flatMap(([line, what]) => [
        ...commandLines('  ', line, style.columns),
        ...hang('      ', what, style.columns),
      ])
    : side;
  return ['', style.heading('Where to go next'), ...lines].join('\n');
}
