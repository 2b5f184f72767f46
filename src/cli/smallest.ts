import { chooseScheme, unsafeUnder, usualScheme } from '../laboratory/registry.ts';
import { nameOfStructure } from '../laboratory/structures.ts';
import { judgedWords } from '../explore/shrink/program-shape.ts';
import { UsageError } from '../errors.ts';
import type { Explanation } from '../explore/shrink/explain.ts';
import { runText } from '../report/text/run-text.ts';
import { explanationText, shrunkJson } from '../report/text/shrunk-text.ts';
import { mayBreak } from '../scenario/promise.ts';
import { replayCommand } from '../scenario/replay-line.ts';
import type { Context, Result } from './arguments/command.ts';
import { structureAsked } from './arguments/module-url.ts';
import { refuseSearchOptions, type GivenSearchOptions } from './explore-search.ts';
import { explainInWorker, runShrunk } from './shrinking.ts';

interface SmallestGiven extends GivenSearchOptions {
  readonly program: string | null;
  readonly structure: string | null;
  readonly scheme: string | null;
  readonly 'max-seconds': number | null;
}

/** Looks at short programs, those of few operations, threads and preemptions first, and tells the first that does damage. */
export async function smallestProgram(given: SmallestGiven, context: Context): Promise<Result> {
  if (given.program !== null)
    throw new UsageError('--smallest looks for a program itself: leave out --program.');
  refuseSearchOptions(given, '--smallest looks at many');
  const { print, style } = context;
  const seconds = given['max-seconds'] ?? 60;
  const structure = await structureAsked(given.structure);
  const choice = await chooseScheme(given.scheme ?? usualScheme(structure));
  const letters = judgedWords(structure);
  const seen = {
    scheme: choice.spec,
    kinds: [],
    // What a batch of two does wrong, it does without another thread.
    shapes: {
      structure: nameOfStructure(structure),
      letters,
      ofOneThread: letters.slice(0, 2).map((word) => `${word}2`),
      inOrder: true,
    },
  };
  const searched = await explainInWorker(seen, null, seconds, context);
  const found = searched?.found ?? null;
  if (searched) print(explanationText(searched, [], { scheme: choice.spec, seconds }, style));
  const run = found && (await runShrunk(found, null, context));
  if (run) print(`\n${runText(run, style)}`);
  const isShown = found !== null || (searched?.interrupted?.shown ?? null) !== null;
  const broken =
    isShown &&
    (!(mayBreak(choice) || unsafeUnder(structure, choice) !== null) ||
      (run?.broken.findings.length ?? 0) > 0);
  const verdict = broken ? 'broken' : 'as-claimed';
  return { broken, document: { verdict, findings: findingsOf(searched), audit: null, seed: null, searched } };
}

/** What was found, with a line that replays it; made smaller, if there was time. */
function findingsOf(searched: Explanation | null): object[] {
  if (searched?.found) return [{ kind: searched.found.kind, ...shrunkJson(searched.found, null) }];
  const shown = searched?.interrupted?.shown;
  if (!shown) return [];
  return [{ ...shown, replay: replayCommand({ subject: shown.program, scheme: searched.scheme, ...shown }) }];
}
