import { counted } from '../../counted.ts';
import type { Report, Source } from '../../gallery/report.ts';
import type { ShownReport, Tried } from '../../gallery/show.ts';
import { hang, pad, widthOf, wrap } from './columns.ts';
import { runText } from './run-text.ts';
import { plainStyle, type Style } from './style.ts';

/** `pinojs/thread-stream #245, #250`: the reports of one project together. */
export function sourcesText(sources: readonly Source[]): string {
  const projects = [...new Set(sources.map(({ project }) => project))];
  const numbersOf = (project: string): string =>
    sources.flatMap((each) => (each.project === project ? [`#${each.number}`] : [])).join(', ');
  return projects.map((project) => `${project} ${numbersOf(project)}`).join('; ');
}

/** What a sample came to, in a few words. */
function triedText({ executions, complete, failure }: Tried): string {
  if (failure === null)
    return `${complete ? 'complete and clean' : 'not complete'}: ${counted(executions, 'execution')}`;
  return `${failure.kind}, ${counted(failure.preemptions, 'preemption')}`;
}

const FACT = 10;

/** A report, told: what it says, the shortest story of the broken sample, and what the repaired one came to. */
export function galleryText({ report, broken, repaired, asReported }: ShownReport, style: Style): string {
  const fact = (name: string, text: string): string[] =>
    hang(pad(style.faint(name), FACT), text, style.columns);
  return [
    `${style.accent(report.id)}   ${style.heading(report.title)}`,
    ...fact('report', sourcesText(report.sources)),
    ...wrap(report.about, style.columns),
    '',
    ...fact('broken', triedText(broken)),
    '',
    ...storyLines(broken, style),
    '',
    ...fact('repaired', triedText(repaired)),
    ...wrap(report.repair, style.columns, ' '.repeat(FACT)),
    ...(repaired.failure === null ? [] : ['', ...storyLines(repaired, style)]),
    '',
    asReported
      ? style.ok('as reported')
      : style.damage(`BROKEN   ${notAsReported(report, broken, repaired)}`),
  ].join('\n');
}

/** What is wrong with a report that did not come out. */
function notAsReported(report: Report, broken: Tried, repaired: Tried): string {
  if (broken.failure?.kind !== report.shows)
    return `the broken sample shows ${broken.failure?.kind ?? 'nothing'}, and not ${report.shows}.`;
  return repaired.failure === null
    ? 'the repaired sample was not searched to its end.'
    : `the repaired sample shows ${repaired.failure.kind}.`;
}

function storyLines({ failure }: Tried, style: Style): string[] {
  if (failure === null) return ['nothing was found'];
  const { story } = failure;
  if (typeof story !== 'string') return runText(story, style).split('\n');
  return story.split('\n').flatMap((line) => {
    if (widthOf(line) <= style.columns) return [line];
    const indent = /^ */.exec(line)?.[0] ?? '';
    return hang(indent, line.trimStart(), style.columns);
  });
}

/** All reports as a Markdown table. */
export function galleryTable(shown: readonly ShownReport[]): string {
  const rows = shown.map(({ report: { id, title, sources }, broken, repaired }) => [
    `[\`${id}\`](#${id})`,
    sourcesText(sources),
    title,
    triedText(broken),
    counted(repaired.executions, 'execution'),
  ]);
  const head = ['', 'report', 'what goes wrong', 'the broken sample shows', 'the repaired one is clean in'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** All reports in Markdown, each under a heading of its own, with its shortest story. */
export function galleryMarkdown(shown: readonly ShownReport[]): string {
  return shown
    .map(({ report, broken, repaired }) => {
      const { id, title, about, repair, sources } = report;
      return [
        `### ${id}`,
        `_${title}._ ${sourcesText(sources)}. ${about}`,
        `[\`${id}.ts\`](${id}.ts) · \`npx lockfree-lab run ${id}\``,
        `\`\`\`text\n${storyInDocument(broken)}\n\`\`\``,
        `_Repaired._ ${repair} ${cleanText(repaired)}`,
      ].join('\n\n');
    })
    .join('\n\n');
}

function cleanText({ executions, complete, failure }: Tried): string {
  if (failure !== null || !complete) return 'That is not clean.';
  return `Nothing fails in ${counted(executions, 'execution')}, and no other one is left out.`;
}

/** Without the line that replays it where that names files of this machine. */
function storyInDocument(tried: Tried): string {
  const lines = storyLines(tried, plainStyle());
  if (typeof tried.failure?.story === 'string') return lines.join('\n');
  const last = lines.findIndex((line) => line.startsWith('replay'));
  return (last === -1 ? lines : lines.slice(0, last)).join('\n').trimEnd();
}

/** What comes of a report, for the head of its file: one line for each sample. */
export function expectedText({ broken, repaired }: ShownReport): string {
  return [
    `broken    ${triedText(broken)}`,
    `repaired  ${repaired.complete ? 'complete and clean' : 'not clean'}`,
  ].join('\n');
}

/** A report in a document of `--json`. */
export function galleryJson({ report, broken, repaired, asReported }: ShownReport): Record<string, unknown> {
  return {
    verdict: asReported ? 'as-claimed' : 'broken',
    report: report.id,
    title: report.title,
    sources: report.sources,
    expected: { kind: report.shows },
    findings: broken.failure === null ? [] : [{ kind: broken.failure.kind, replay: broken.failure.replay }],
    broken: triedJson(broken),
    repaired: triedJson(repaired),
    audit: null,
    seed: null,
  };
}

function triedJson({ executions, complete, failure }: Tried): Record<string, unknown> {
  if (failure === null) return { executions, complete, failure };
  const { story } = failure;
  const text = typeof story === 'string' ? story : runText(story, plainStyle());
  return { executions, complete, failure: { ...failure, story: text } };
}
