import { UsageError } from '../errors.ts';
import { isStep, type Request } from '../model/request.ts';
import type { ThreadState } from '../model/thread-state.ts';
import type { Machine } from '../model/machine.ts';
import { Threw } from './run-body.ts';
import type { CheckedProgram } from './checked-program.ts';
import { showPending, showStep } from './step-text.ts';
import { textOf, thrownText } from './text.ts';

/** Before a thread makes a step that it has made before: it must stand before the same one, and be able to make it. */
export function assertSameMoves(
  { layout }: CheckedProgram,
  machine: Machine,
  thread: number,
  known: Machine | null,
): void {
  const number = machine.happened.length;
  const before = known?.happened[number];
  const { next } = machine.at[thread];
  const once = before === undefined ? 'another step' : showPending(layout, before.from.next as Request);
  if (!isStep(next)) throw notDeterministic(thread, `it ends, and before it went on to ${once}`);
  const now = showPending(layout, next);
  if (((machine.enabled() >> thread) & 1) === 0)
    throw notDeterministic(thread, `it waits before ${now}, and before it made ${once}`);
  if (before !== undefined && now !== once)
    throw notDeterministic(thread, `it asks for ${now}, and before it asked for ${once}`);
}

/** After an execution was run again: the threads must have come to the same end. What they throw may tell of itself in other words. */
export function assertDeterministic(program: CheckedProgram, known: Machine, again: Machine): void {
  for (const [thread, place] of known.at.entries()) {
    const other = again.at[thread];
    if (place.result instanceof Threw && other.result instanceof Threw) continue;
    const [one, two] = [endOf(program, place), endOf(program, other)];
    if (one.is === two.is) continue;
    const last = again.happened.findLast((each) => each.thread === thread);
    const after = last
      ? ` after ${showStep(program.layout, last.from.next as Request, last.before).text}`
      : '';
    throw notDeterministic(thread, `it ${two.is}${after}, and before it ${one.was}`);
  }
}

/** How a thread has come to an end, or what it stands before, in the present and in the past. */
function endOf(
  { layout }: CheckedProgram,
  { next, result }: ThreadState,
): { readonly is: string; readonly was: string } {
  if (isStep(next)) {
    const step = showPending(layout, next);
    return { is: `goes on to ${step}`, was: `went on to ${step}` };
  }
  const [is, was] = result instanceof Threw ? ['throws', 'threw'] : ['returns', 'returned'];
  const what = result instanceof Threw ? thrownText(result.error) : textOf(result);
  return { is: `${is} ${what}`, was: `${was} ${what}` };
}

function notDeterministic(thread: number, what: string): UsageError {
  return new UsageError(
    `The code of T${thread + 1} is not deterministic: run again on the same answers ${what}. It may use nothing but shared words and its own variables, and nothing that it changes outside itself.`,
  );
}
