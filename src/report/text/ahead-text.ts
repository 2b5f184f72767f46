import { counted } from '../../counted.ts';
import type { Ahead } from '../../play/ahead.ts';
import { replayLine } from '../../scenario/replay-line.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { hang } from './columns.ts';
import { commandLines } from './command-lines.ts';
import type { Style } from './style.ts';

/** What a search has found in other orders of a run's steps: whether a slot can end up without an owner, and how. */
export function aheadLines(run: ScenarioRun, { way, complete, preemptions }: Ahead, style: Style): string[] {
  if (way === null) {
    const most = complete ? '' : ` with at most ${counted(preemptions, 'preemption')}`;
    return hang(
      'AHEAD    ',
      `The explorer has tried every order of these steps${most}: in none does a slot lose its owner.`,
      style.columns,
    );
  }
  const { schedule, steps, preemptions: switches } = way;
  const size = `after ${counted(steps, 'step')}, with ${counted(switches, 'preemption')}`;
  return [
    ...hang(
      'AHEAD    ',
      `The explorer finds an order by itself: ${size}, a slot has no owner.`,
      style.columns,
    ).map(style.damage),
    ...commandLines('         ', replayLine({ ...run, counted: schedule }), style.columns),
  ];
}
