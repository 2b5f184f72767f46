import { UsageError } from '../errors.ts';
import { exploreProgram } from './exploration.ts';
import { withModelled } from './globals.ts';
import { CheckedProgram } from './checked-program.ts';
import type { AnyCheck } from './any-check.ts';
import { checkReplayLine } from './replay-line.ts';
import type { SelfCheck } from './types.ts';

/** Loses an update if another thread comes between its two steps. It names `Atomics` as any code does. */
function increment({ memory }: { readonly memory: Int32Array }): void {
  const before = Atomics.load(memory, 0);
  Atomics.store(memory, 0, before + 1);
}

const LOST_UPDATE = {
  words: { memory: new Int32Array(1) },
  threads: [increment, increment],
  finally: ({ memory }: { readonly memory: Int32Array }) => memory[0] === 2,
} as unknown as AnyCheck;

/**
 * Proves that `check` sees what threads do: a lost update that is built in is found, through the same global `Atomics` and by the same
 * search as for any check. It is done once in each process before the first verdict, which costs about a millisecond.
 *
 * @throws UsageError if it is not found, so that no verdict of a check would be worth anything
 */
export function selfCheck(): SelfCheck {
  return withModelled(search);
}

let proven = false;

/** The same, once. The modelled `Atomics` must be in place. */
export function proveSight(): void {
  if (!proven) search();
  proven = true;
}

function search(): SelfCheck {
  const program = new CheckedProgram(LOST_UPDATE);
  const { found, points, executions } = exploreProgram(program, Infinity);
  if (found?.kind === 'property')
    return { finds: 'a lost update', executions, replay: checkReplayLine(program, points, found.path) };
  throw new UsageError(
    `check cannot see what threads do here, so it says nothing: a lost update that is built in ${found === null ? 'was not found' : `came out as "${found.kind}"`}. The code's Atomics is not the global one, as when a bundler replaced the name: give the code atomics from lockfree-lab/explore.`,
  );
}
