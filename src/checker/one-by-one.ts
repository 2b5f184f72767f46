import { type SequentialOrder, searchOrder, type Specification } from '../judge/history/sequential-search.ts';
import type { Plain } from '../engines/controlled.ts';
import { UsageError } from '../errors.ts';
import { waysOf } from '../model/request.ts';
import { Machine } from '../model/machine.ts';
import { type TimedCall, callsOfExecution, isPending } from './calls.ts';
import { plainUpTo } from './plain-races.ts';
import { allPoints } from './points.ts';
import type { CheckedProgram } from './checked-program.ts';
import { textOf } from './text.ts';

/** A call, with its place in the list of its thread. */
interface Numbered extends TimedCall {
  readonly nth: number;
}

/** A moment at which no thread is within a call. */
interface Moment {
  readonly path: readonly number[];
  /** Tells it from all others. */
  readonly key: string;
}

/** What a call came to that was made alone. */
interface Made {
  readonly after: Moment;
  readonly response: unknown;
}

/** States that are searched at most for an order in which the rest blocks. */
const MOST_STATES = 20_000;

/**
 * What an object does if its calls are made one at a time: the same program, in which no thread moves while another one is within a call.
 * So it is its own sequential model. A call that does not come back alone blocks there.
 */
export class OneByOne {
  readonly #program: CheckedProgram;
  #machine: Machine | null = null;
  readonly #made = new Map<string, Made | null>();

  constructor(program: CheckedProgram) {
    this.#program = program;
  }

  /** An order of calls in which the object answers as it did; see `searchOrder`. */
  orderOf(calls: readonly TimedCall[], mostStates: number): SequentialOrder<TimedCall> | null {
    return searchOrder(numbered(calls), this.#specification(), mostStates);
  }

  /**
   * True if an execution that stands still does so as the object would by one call at a time: there is an order of the calls that have
   * answered after which every thread that is left blocks.
   */
  blocks(machine: Machine): boolean {
    const calls = numbered(callsOfExecution(this.#program, machine));
    const answered = calls.filter((call) => !isPending(call));
    const left = machine.at.flatMap(({ next }, thread) =>
      next === null ? [] : [{ thread, nth: answered.filter((call) => call.thread === thread).length }],
    );
    const end = { ...END, invoked: 2 * calls.length + 1, returned: 2 * calls.length + 2 };
    const specification = this.#specification();
    const found = searchOrder<Numbered, Moment>(
      [...answered, end],
      {
        ...specification,
        after: (moment, call) => {
          if (call.thread !== END.thread) return specification.after(moment, call);
          return left.every(({ thread, nth }) => this.#make(moment, thread, nth) === null) ? moment : null;
        },
      },
      MOST_STATES,
    );
    return found !== null && 'order' in found;
  }

  #specification(): Specification<Numbered, Moment> {
    return {
      initial: { path: [], key: '' },
      after: (moment, call) => {
        const made = this.#make(moment, call.thread, call.nth);
        if (made === null) return null;
        return isPending(call) || textOf(made.response) === textOf(call.response) ? made.after : null;
      },
      key: ({ key }) => key,
      isIdle: () => false,
    };
  }

  /** Makes a call of a thread from a moment on, alone; null if it does not come back. */
  #make(moment: Moment, thread: number, nth: number): Made | null {
    const key = `${moment.key} ${thread} ${nth}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = this.#makeNow(moment, thread, nth);
    this.#made.set(key, made);
    return made;
  }

  #makeNow({ path }: Moment, thread: number, nth: number): Made | null {
    const machine = (this.#machine ??= this.#newMachine());
    machine.rewind();
    const answers = this.#answersIn(plainUpTo(machine.trees[thread].root));
    const step = (move: number): void => {
      machine.step(move);
      const { thread: mover, to } = machine.happened[machine.happened.length - 1];
      if (mover === thread) answers.push(...this.#answersIn(to.effect?.plain ?? []));
    };
    for (const move of path) step(move);
    while (answers.length <= nth) {
      if (((machine.enabled() >> thread) & 1) === 0) return null;
      if (waysOf(machine.at[thread].next) > 1)
        throw new UsageError(
          'An operation asks chance or the clock, so what the object does by one call at a time is more than one thing: give a model that allows all of it.',
        );
      step(thread);
    }
    const state = `${machine.at.map(({ id }) => id).join()} ${machine.words.join()}`;
    return { after: { path: machine.path(), key: state }, response: answers[nth] };
  }

  #newMachine(): Machine {
    const program = this.#program;
    return new Machine(program.model(allPoints(program)), program.dependence(), program.stepLimit);
  }

  #answersIn(plain: readonly Plain[]): unknown[] {
    const { answers } = this.#program;
    return plain.flatMap((each) => (each.kind === 'return' ? [answers.valueOf(each.value).response] : []));
  }
}

/** After all calls that have answered. */
const END: Omit<Numbered, 'invoked' | 'returned'> = {
  thread: -1,
  nth: 0,
  name: '',
  argument: undefined,
  response: undefined,
};

function numbered(calls: readonly TimedCall[]): Numbered[] {
  const counts = new Map<number, number>();
  return calls.map((call) => {
    const nth = counts.get(call.thread) ?? 0;
    counts.set(call.thread, nth + 1);
    return { ...call, nth };
  });
}
