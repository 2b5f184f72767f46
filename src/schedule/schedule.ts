import { UsageError } from '../errors.ts';
import { shownGiven } from '../visible.ts';

/** Where a thread stops: after this many steps, before or right after a step with a label, or when its program has ended. */
export type Until =
  | { readonly kind: 'count'; readonly steps: number }
  | {
      readonly kind: 'label';
      readonly label: string;
      /** The n-th time since the start of the run, from 1; null means the next time. */
      readonly nth: number | null;
      /** Right after the step, in place of before it. */
      readonly after: boolean;
    }
  | { readonly kind: 'end' };

/** One thread moves until it is to stop; then, perhaps, it is killed. */
export interface Move {
  readonly thread: number;
  readonly until: Until;
  readonly kill: boolean;
}

/** Who moves, in order. Threads that have not finished at its end are stopped for good. */
export type Schedule = readonly Move[];

const MOVE =
  /^(?:(?<counted>\d+)(?:x(?<steps>\d+))?|T(?<thread>\d+)@(?:(?<end>end)|(?<point>(?!end\b)\w+)(?:#(?<nth>\d+))?(?<after>\+)?))(?<kill>!)?$/;

/**
 * Reads a schedule. Compact, by counts: `1x5,2x29,1` (thread 1 makes 5 steps, thread 2 makes 29, thread 1 makes one). Stable, by
 * anchors: `T1@D13; T2@end; T1@D13#3; T1@D13+`. Both may be mixed; a `!` kills the thread where it has stopped: `T1@D13+!`. Throws a
 * UsageError that says which part is wrong.
 */
export function parseSchedule(text: string): Schedule {
  if (typeof text !== 'string')
    throw new UsageError(
      `A schedule is read from a text, and not from ${shownGiven(text)}: give one such as 1x5,2x29,1x2.`,
    );
  const parts = text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0)
    throw new UsageError(
      `The schedule "${text}" is empty; write for example 1x5,2x29,1x2 or T1@D13; T2@end.`,
    );
  return parts.map((part) => {
    const groups = MOVE.exec(part)?.groups;
    const thread = Number(groups?.['counted'] ?? groups?.['thread'] ?? 0);
    if (!groups || thread === 0) {
      throw new UsageError(
        `"${part}" is no move of a schedule; write 1x5 (thread 1, five steps), T1@D13 (until before D13), T1@D13+ (until after it), T1@end, and ! to kill.`,
      );
    }
    return { thread, until: untilOf(groups), kill: groups['kill'] !== undefined };
  });
}

function untilOf(groups: Readonly<Record<string, string | undefined>>): Until {
  const { counted, steps, end, point, nth, after } = groups;
  if (counted !== undefined) return { kind: 'count', steps: Number(steps ?? 1) };
  if (end !== undefined) return { kind: 'end' };
  return {
    kind: 'label',
    label: point ?? '',
    nth: nth === undefined ? null : Number(nth),
    after: after !== undefined,
  };
}

/** The text of a schedule: parses to the same schedule; or, where nobody moves, to one that says that of a thread. */
export function printSchedule(schedule: Schedule): string {
  if (schedule.length === 0) return '1x0';
  const counted = schedule.every(({ until }) => until.kind === 'count');
  return schedule.map((move) => printMove(move)).join(counted ? ',' : '; ');
}

function printMove({ thread, until, kill }: Move): string {
  const end = kill ? '!' : '';
  if (until.kind === 'count') return `${thread}${until.steps === 1 ? '' : `x${until.steps}`}${end}`;
  if (until.kind === 'end') return `T${thread}@end${end}`;
  return `T${thread}@${until.label}${until.nth === null ? '' : `#${until.nth}`}${until.after ? '+' : ''}${end}`;
}

/** Writes a run down by counts, while it happens. */
export class CountedSchedule {
  readonly #moves: { thread: number; steps: number; kill: boolean }[] = [];

  step(thread: number): void {
    const last = this.#moves.at(-1);
    if (last && last.thread === thread && !last.kill) last.steps++;
    else this.#moves.push({ thread, steps: 1, kill: false });
  }

  kill(thread: number): void {
    const last = this.#moves.at(-1);
    if (last && last.thread === thread && !last.kill) last.kill = true;
    else this.#moves.push({ thread, steps: 0, kill: true });
  }

  schedule(): Schedule {
    return this.#moves.map(({ thread, steps, kill }) => ({ thread, until: { kind: 'count', steps }, kill }));
  }
}
