import { type Calls, makeOperation } from '../laboratory/call.ts';
import { type Answer, callsIn, type Operation, type OperationBody } from '../laboratory/operations.ts';
import { assemble } from '../laboratory/participant.ts';
import type { Participant } from '../laboratory/participant-view.ts';
import type { Variant } from '../laboratory/variant.ts';
import type { SchemeClass } from '../laboratory/scheme-class.ts';
import { UsageError } from '../errors.ts';
import { ACTIVE, R_STATUS } from '../kernel/layout.ts';
import { takeUp } from '../kernel/join.ts';
import type { Code } from './thread-tree.ts';
import { SUSPEND } from './thread-memory.ts';

/** One thread of a program on the kernel. */
export interface KernelThread {
  readonly program: readonly Operation[];
  /** The number of its record. */
  readonly record: number;
  readonly scheme: SchemeClass;
  readonly variant: Variant;
  readonly bodies: Readonly<Record<string, OperationBody>>;
  /** True if the record was another thread's before: it takes it up first, with steps of its own. */
  readonly takesUp: boolean;
  /**
   * The words whose plain reads are not told from other paths: those that no other thread writes, or all if the threads are run along one
   * path only.
   */
  readonly remembers: 'nothing' | 'its record' | 'all';
  /** Told of each operation that throws, and what it threw; the thread goes on, unless this throws. */
  readonly complain: (complaint: string, error: unknown) => void;
}

function everyWord(): boolean {
  return true;
}

/** The code of a thread: each operation is a part, since the kernel's objects hold no state between two. */
export function kernelCode(thread: KernelThread): Code {
  return (memory) => {
    const { program, scheme, variant, bodies, remembers, takesUp, complain } = thread;
    const participant: Participant = assemble(memory, thread.record, scheme, variant);
    const { record, geometry } = participant;
    memory.stopsInPlain = true;
    if (program.at(-1)?.name === 'die') memory.life = [record.base + R_STATUS, ACTIVE];
    const end = record.base + geometry.recordWords;
    if (remembers === 'its record') memory.isPrivate = (address) => address >= record.base && address < end;
    if (remembers === 'all') memory.isPrivate = everyWord;
    const callsOf = (name: string): Calls => ({
      begin: (call, { name: called, argument, now }) =>
        memory.note({ kind: 'invoke', op: call + 1, name: called, argument, ...(now && { now }) }),
      answer: ({ outcome, value = 0 }: Answer) => {
        if (memory.unwinding) throw swallowed(name);
        memory.note({ kind: 'return', outcome, value });
      },
    });
    let calls = 0;
    const operations = program.map((operation, i) => {
      const { name } = operation;
      const first = calls;
      calls += callsIn([operation]).length;
      const told = callsOf(name);
      return (): unknown => {
        try {
          makeOperation(operation, first, participant, bodies, told);
        } catch (error) {
          if (error === SUSPEND) return SUSPEND;
          if (memory.unwinding || memory.fault) throw error;
          complain(`${name}#${i + 1} threw: ${String(error)}`, error);
          told.answer({ outcome: 'threw' });
        }
        return undefined;
      };
    });
    return takesUp ? [() => takeUp(memory, geometry, thread.record), ...operations] : operations;
  };
}

function swallowed(name: string): UsageError {
  return new UsageError(
    `The operation ${name} caught what the model throws to suspend a thread and went on: let errors that are not yours pass.`,
  );
}
