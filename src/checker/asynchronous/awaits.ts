import { UsageError } from '../../errors.ts';
import type { ThreadState } from '../../model/thread-state.ts';
import type { Machine } from '../../model/machine.ts';
import { whereInCode } from '../where.ts';
import { AWAITS } from './event-loop.ts';
import { nodeModule } from '../node-module.ts';
import { beyond } from './refusals.ts';

/** True of a thread that awaits what nothing in the model is left to bring. */
export function awaitsForever({ next }: ThreadState, sleeper: number): boolean {
  return next?.access === 'await' && next.address === sleeper && next.second === AWAITS;
}

/** So many awaits are told at most. */
const MOST_PLACES = 4;

/** Work that promises and ticks are, for `async_hooks`. */
const OWN_WORK: ReadonlySet<string> = new Set(['PROMISE', 'TickObject', 'Microtask', 'Immediate']);

/**
 * Where the code of a thread stands that awaits what nothing is left to bring: the awaits, and calls of `then`, that nothing has answered, as
 * `lock.ts:12`, in the order in which they came; empty if that cannot be told. Its code is run once more for it.
 *
 * @throws UsageError if the process is at work on something that the code has begun, which may be what it awaits
 */
export function whereItAwaits(machine: Machine, thread: number): string {
  const hooks = nodeModule('v8')?.promiseHooks;
  if (hooks === undefined) return '';
  const waiting = new Map<Promise<unknown>, string>();
  const begun = new Set<string>();
  const stop = hooks.createHook({
    init: (promise, parent) =>
      void ((parent as unknown) !== undefined && waiting.set(promise, whereInCode())),
    before: (promise) => void waiting.delete(promise),
    settled: (promise) => void waiting.delete(promise),
  }) as () => void;
  const work = nodeModule('async_hooks')?.createHook({
    init: (_, type) => void (OWN_WORK.has(type) || begun.add(type)),
  });
  work?.enable();
  const place = machine.at[thread];
  const tree = machine.trees[thread];
  try {
    tree.runLive(place.part, tree.recordAt(place), machine.words.slice(), {
      step: () => null,
      plainRead: () => 0,
    });
  } finally {
    work?.disable();
    stop();
  }
  if (begun.size > 0)
    throw new UsageError(
      beyond(
        thread + 1,
        `work of the process (${[...begun].join(', ')})`,
        'let it be given what that would bring, or let thread.choose say which of it comes',
      ),
    );
  const places = new Set([...waiting.values()].filter((where) => where !== ''));
  return [...places].slice(0, MOST_PLACES).join(', ');
}
