import { inspect } from 'node:util';
import { UsageError } from '../../errors.ts';
import { closest } from '../../suggest.ts';
import { type Dependence, type FootprintBuilder, memoryFootprint, touchCalls, WRITE } from '../dependence.ts';
import type { Local } from '../local.ts';
import type { Model } from '../machine.ts';
import { runBody } from '../plain-body.ts';
import type { Code } from '../strand.ts';
import { Interned } from './interned.ts';
import { Layout } from './layout.ts';
import { ThreadWords } from './thread-words.ts';
import type { Check, Declared, Operations, SequentialModel, Shared, Threads, Values } from './types.ts';
import { arrayView } from './views.ts';
import { makeWaiting, type Waiting } from './waiting.ts';
import { WordView } from './word-view.ts';

/** A call that has answered, as histories know it. */
export interface Answer {
  readonly name: string;
  readonly argument: unknown;
  readonly response: unknown;
}

/** A check whose types do not matter any more. */
export interface AnyCheck extends Omit<Check<Declared>, 'threads' | 'operations' | 'model' | 'finally'> {
  readonly threads: Threads<Declared, unknown>;
  readonly operations?: Operations<Declared, unknown>;
  readonly model?: SequentialModel<unknown, unknown>;
  readonly finally?: (values: Values<Declared>, results: readonly unknown[]) => unknown;
}

/** Masks of threads have 32 bits, one of them for the sign. */
const MOST_THREADS = 31;

/** A value as text that tells it apart from others. */
export function textOf(value: unknown): string {
  return inspect(value, {
    depth: Infinity,
    sorted: true,
    breakLength: Infinity,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
  });
}

/** What a check asks to be explored: its words, and the code of its threads over them. */
export class Program {
  readonly check: AnyCheck;
  readonly layout: Layout;
  readonly stepLimit: number;
  readonly #waiting: Waiting;
  /** The arguments of calls, and calls with their answers, by the numbers that are noted of them. */
  readonly arguments: Interned<unknown> = new Interned<unknown>(textOf);
  readonly answers: Interned<Answer> = new Interned<Answer>(textOf);

  constructor(check: AnyCheck) {
    assertCheck(check);
    this.check = check;
    this.layout = new Layout(check.words, check.threads.length);
    this.stepLimit = check.stepLimit ?? 1000;
    this.#waiting = makeWaiting(this.layout);
  }

  get threads(): number {
    return this.check.threads.length;
  }

  /**
   * @param points words whose plain accesses are steps
   * @param onThread is given what the code of each thread works with
   */
  model(
    points: ReadonlySet<number>,
    onThread: (words: ThreadWords, thread: number) => void = () => {},
  ): Model {
    const threads = this.check.threads.map((_, thread): Code => (memory) => {
      const words = new ThreadWords(memory, thread, this.layout, this.#waiting, points);
      onThread(words, thread);
      memory.name = `The code of T${thread + 1}`;
      memory.named = ({ access, address, first }) => {
        if (access === 'notify') return `notify of ${this.layout.nameOf(this.layout.ofList(address))}`;
        if (access === 'wake') return 'being woken';
        const name = this.layout.nameOf(address);
        return access === 'load' || access === 'read'
          ? `${access} of ${name}`
          : `${access} of ${name} with ${this.layout.show(address, first)}`;
      };
      const shared = this.#sharedOf(words);
      const body = this.#bodyOf(thread, shared, (plain) => memory.note(plain));
      return [() => runBody(memory, () => refusePromise(body(), thread))];
    });
    return { words: this.layout.words, threads, spins: 1 };
  }

  /** Memory; calls and returns if there is a model; and if something must hold after every step, the order of all writes. */
  dependence(): Dependence {
    const { model, always } = this.check;
    const calls = this.layout.words.length;
    const footprintOf = (to: Local): FootprintBuilder => {
      const builder = memoryFootprint(to);
      if (model) touchCalls(to, builder, calls);
      if (always && to.effect?.wrote === true) builder.touch(calls + 1, WRITE);
      return builder;
    };
    return { resources: calls + 2, footprint: (to) => footprintOf(to).build() };
  }

  #sharedOf(words: ThreadWords): Shared<Declared> {
    const entries = this.layout.regions.map((region) => {
      const view = region.isScalar ? new WordView(words, region.base, region.kind) : arrayView(words, region);
      return [region.name, view] as const;
    });
    return Object.freeze(Object.fromEntries(entries)) as Shared<Declared>;
  }

  #bodyOf(
    thread: number,
    shared: Shared<Declared>,
    note: (plain: Parameters<Parameters<Code>[0]['note']>[0]) => void,
  ): () => unknown {
    const code = this.check.threads[thread];
    const call = (name: string, argument?: unknown): unknown => {
      const operation = this.#operation(name);
      note({ kind: 'invoke', op: 0, name, argument: this.arguments.numberOf(argument) });
      const response = refusePromise(operation(shared, argument), thread);
      note({ kind: 'return', outcome: 'value', value: this.answers.numberOf({ name, argument, response }) });
      return response;
    };
    if (typeof code !== 'function') return () => code.map(([name, argument]) => call(name, argument));
    return () => code(shared, { number: thread + 1, call });
  }

  #operation(name: string): (shared: Shared<Declared>, argument: unknown) => unknown {
    const operations = this.check.operations ?? {};
    if (Object.hasOwn(operations, name)) return operations[name];
    const names = Object.keys(operations);
    throw new UsageError(
      `There is no operation "${name}"${closest(name, names)}: the check declares ${names.join(', ') || 'none'}.`,
    );
  }
}

/** An asynchronous body would go on when nobody can tell it when. */
function refusePromise(result: unknown, thread: number): unknown {
  if (typeof result !== 'object' || result === null || !('then' in result)) return result;
  // What suspended the body rejects its promise, and nobody is to be told.
  void Promise.resolve(result).catch(() => {});
  throw asynchronous(thread);
}

function asynchronous(thread: number): UsageError {
  return new UsageError(
    `The code of T${thread + 1} is asynchronous: a thread of a check is a plain synchronous function, without await. Use wait and notify of a word, which are modelled.`,
  );
}

function assertCheck({ threads, operations, model, preemptions, stepLimit }: AnyCheck): void {
  if (threads.length === 0) throw new UsageError('The check has no threads: give one function for each.');
  if (threads.length > MOST_THREADS)
    throw new UsageError(`The check has ${threads.length} threads: at most ${MOST_THREADS} can be explored.`);
  for (const [i, code] of threads.entries()) {
    if (typeof code !== 'function' && !Array.isArray(code))
      throw new UsageError(
        `T${i + 1} is ${textOf(code)}: give a function, or a list of operations as [['push', 1], ['pop']].`,
      );
    if (/^(Async|Generator)/.test(code.constructor.name)) throw asynchronous(i);
    if (typeof code !== 'function' && !operations)
      throw new UsageError(
        `T${i + 1} is a list of operations, and the check declares none: give operations: { … }.`,
      );
  }
  if (model && !operations)
    throw new UsageError(
      'The check has a sequential model and no operations that it could speak about: give operations: { … }.',
    );
  if (preemptions !== undefined && !(preemptions >= 0))
    throw new UsageError(`The bound of preemptions is ${preemptions}: give 0 or more.`);
  if (stepLimit !== undefined && !(stepLimit >= 1))
    throw new UsageError(`The step limit is ${stepLimit}: give 1 or more.`);
}
