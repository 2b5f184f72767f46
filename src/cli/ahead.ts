import { type Ahead, lookAhead } from '../play/ahead.ts';
import { aheadLines } from '../report/text/ahead-text.ts';
import type { ScenarioRun } from '../scenario/scenario-run.ts';
import type { Context } from './arguments/command.ts';

/** Looks ahead in other orders of a run's steps for a slot without an owner, and tells what was found. */
export async function tellAhead(
  run: ScenarioRun,
  { print, style, progress }: Context,
): Promise<Ahead | null> {
  progress.show(`other orders of ${run.scenario.id}`);
  const ahead = await lookAhead(run.scenario, run.case);
  progress.clear();
  if (ahead !== null) for (const line of aheadLines(run, ahead, style)) print(line);
  return ahead;
}
