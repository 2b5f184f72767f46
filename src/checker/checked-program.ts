import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import {
  type Dependence,
  type FootprintBuilder,
  memoryFootprint,
  touchCalls,
  WRITE,
} from '../model/dependence.ts';
import type { ThreadState } from '../model/thread-state.ts';
import type { Model } from '../model/machine.ts';
import { runBody } from './run-body.ts';
import type { Code } from '../model/thread-tree.ts';
import { decisionsOf, type Outside } from './chance.ts';
import { Interned, TooManyValues } from './interned.ts';
import type { NoCells } from './cells.ts';
import { DeclaredMemory } from './declared-memory.ts';
import { WordLayout } from './word-layout.ts';
import { MadeObjects, sharedBy } from './made-objects.ts';
import type { AnyCheck } from './any-check.ts';
import { assertCheck } from './options.ts';
import { Calling, oneAfterTheOther, runWithLoop } from './asynchronous/body.ts';
import { NoRoom, type Room } from './asynchronous/event-words.ts';
import { asynchronous } from './asynchronous/refusals.ts';
import { portsOf, roomFor, withRoomFor } from './asynchronous/room.ts';
import { asksPrototype } from './prototypes.ts';
import { runAs } from './running.ts';
import { isThenable } from './misuse.ts';
import { showPending } from './step-text.ts';
import { textOf } from './text.ts';
import { ThreadWords } from './thread-words.ts';
import type { Call, BodyOf, Declared, Operations, Shared, Thread } from './types.ts';
import { types } from './platform.ts';

/** A call that has answered, as histories know it. */
export interface AnsweredCall {
  readonly name: string;
  readonly argument: unknown;
  readonly response: unknown;
}

/** The longest round of a loop that is recognised, in steps and plain reads. */
export const LONGEST_CHECKED_ROUND = 100;

/** Runs the code of a thread to its end, and refuses what it returns if that is no end. */
function refusing(words: ThreadWords, body: () => unknown): unknown {
  try {
    return refusePromise(body(), words);
  } catch (error) {
    // Whatever was thrown may answer for itself, and is asked nothing.
    if (types.isNativeError(error)) {
      if (error instanceof TooManyValues) words.refuse(error.message);
      if (asksPrototype(error))
        words.refuse(
          `T${words.number} throws "${error.message}": such getters do not know the modelled arrays of a check, so let the code ask the array itself, as in array.length.`,
        );
    }
    throw error;
  }
}

/** What a thread runs. */
type Coded = BodyOf<Shared<Declared>, unknown> | readonly Call<unknown>[];

function codeOf(thread: AnyCheck['threads'][number]): Coded {
  return 'code' in thread ? thread.code : thread;
}

/** True if two threads do the same. Arguments that are objects are the same if they are one object. */
function isSameCode(one: Coded, other: Coded): boolean {
  if (typeof one === 'function' || typeof other === 'function') return one === other;
  return (
    one.length === other.length &&
    one.every(
      (call, i) => call.length === other[i].length && call.every((each, k) => Object.is(each, other[i][k])),
    )
  );
}

/** The most ways in which the results of equal threads are given to `finally`. */
const MOST_RENUMBERINGS = 120;

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** What a check asks to be explored: its words, and the code of its threads over them. */
export class CheckedProgram {
  readonly check: AnyCheck;
  /** How memory is divided into words: that may change while the program is explored. */
  layout: WordLayout;
  readonly stepLimit: number;
  readonly memory: DeclaredMemory;
  /** What each thread runs: its code, or a list of calls. */
  readonly codes: readonly Coded[];
  readonly #serving: readonly boolean[];
  #asksNumber = false;
  readonly #outside: Outside;
  readonly #made: MadeObjects | null;
  /** The arguments of calls, and calls with their answers, by the numbers that are noted of them. */
  readonly arguments: Interned<unknown> = new Interned<unknown>(textOf);
  readonly answers: Interned<AnsweredCall> = new Interned<AnsweredCall>(textOf);

  /** How the threads of the program are written, where the checker wrote them; else null. */
  readonly written: string | null;

  /** True if each thread has an event loop, and its code may be asynchronous. */
  readonly isAsync: boolean;
  #room: Room;

  /** @param written given for a program of calls of an object, which is judged by what the object does by one call at a time */
  constructor(check: AnyCheck, written: string | null = null, isAsync: boolean = false) {
    this.written = written;
    this.isAsync = isAsync;
    assertCheck(check, isAsync);
    this.check = check;
    this.stepLimit = check.stepLimit ?? 1000;
    this.codes = check.threads.map(codeOf);
    this.#serving = check.threads.map((thread) => 'serves' in thread && thread.serves === true);
    const held = check.threads.map((thread) => 'waitsForStart' in thread && thread.waitsForStart === true);
    this.#outside = { random: check.random ?? [], clock: check.clock ?? [], held };
    this.#room = roomFor(check);
    this.memory = new DeclaredMemory(check.words ?? {});
    this.#made = check.make === undefined ? null : new MadeObjects(this.memory, check.make, this.code);
    if (this.memory.regions.length === 0 && this.#room.declared.length === 0)
      throw new UsageError(
        check.make === undefined
          ? 'The check declares no shared words: give some, as in words: { counter: 0 }.'
          : 'make makes no SharedArrayBuffer, and the check declares no words: let it make the memory that the threads share, or declare some, as in words: { memory: new SharedArrayBuffer(64) }.',
      );
    this.layout = this.#layOut();
  }

  #layOut(): WordLayout {
    return new WordLayout(this.memory, this.threads, decisionsOf(this.#outside), this.#room);
  }

  /** True if an execution may end without the thread's end. */
  serves(thread: number): boolean {
    return this.#serving[thread];
  }

  /** True if a thread that stands there waits for its start: nobody has started it. */
  awaitsStart(thread: number, { next }: ThreadState): boolean {
    return next?.access === 'await' && next.address === this.layout.startOf(thread);
  }

  /** True if some thread need not end. */
  get isServed(): boolean {
    return this.#serving.includes(true);
  }

  get isObject(): boolean {
    return this.written !== null;
  }

  /**
   * Groups of threads, from 0, whose numbers make no difference: they run the same function, or lists of the same calls; nothing else is
   * said of them; and so far none has asked for its number. Empty if all executions are asked for.
   */
  get equals(): readonly (readonly number[])[] {
    // Each thread with an event loop has ports and tasks of its own.
    if (this.isAsync) return [];
    if (this.check.symmetry === false || this.#asksNumber) return [];
    const groups: number[][] = [];
    for (const [thread, code] of this.codes.entries()) {
      if (this.#serving[thread] || this.#outside.held[thread]) continue;
      const group = groups.find(([first]) => isSameCode(this.codes[first], code));
      if (group === undefined) groups.push([thread]);
      else group.push(thread);
    }
    const equals = groups.filter(({ length }) => length > 1);
    const ways = equals.reduce((product, { length }) => product * factorial(length), 1);
    return this.check.finally !== undefined && ways > MOST_RENUMBERINGS ? [] : equals;
  }

  /** The functions that threads run. */
  get code(): readonly unknown[] {
    const { operations = {}, make } = this.check;
    return [...this.codes, ...Object.values(operations), make];
  }

  /** Makes cells for an access that had none, or words for events: addresses are other ones from here on. */
  layOut(missing: NoCells | NoRoom): void {
    if (missing instanceof NoRoom) this.#room = withRoomFor(this.#room, missing);
    else {
      const { region, start, kind, view } = missing;
      this.memory.regions[region].cells.make(start, kind, view);
    }
    this.layout = this.#layOut();
  }

  /** What judgements are given: the memory by name, or the objects over it. */
  valuesOf(words: Int32Array): unknown {
    const { layout } = this;
    if (this.#made === null) return layout.valuesOf(words);
    return this.#made.over(layout.regions.map((region) => layout.bytesOf(region, words)));
  }

  /** The objects that `make` makes, over what was in memory on real threads; null if there is no `make`. */
  valuesOfBytes(bytes: readonly Uint8Array[]): unknown {
    return this.#made?.over(bytes) ?? null;
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
    const threads = this.codes.map((_, thread): Code => (memory) => {
      const words = new ThreadWords(memory, thread, this.layout, points, this.#outside);
      onThread(words, thread);
      memory.name = `The code of T${words.number}`;
      memory.named = (request) => showPending(this.layout, request);
      memory.nameOf = (address) => this.layout.nameOf(address);
      const body = this.#bodyOf(thread, words, (plain) => memory.note(plain));
      const isHeld = this.#outside.held[thread];
      if (this.isAsync) {
        const atEnd = (): void => void (isHeld && words.sayEnd());
        const run = (): unknown => {
          if (isHeld) words.awaitStart();
          return runWithLoop(words, memory, body, atEnd);
        };
        return [() => runBody(memory, () => runAs(words, run))];
      }
      const whole = (): unknown => {
        words.awaitStart();
        const result = refusing(words, body);
        words.sayEnd();
        return result;
      };
      const run = isHeld ? whole : (): unknown => refusing(words, body);
      return [() => runBody(memory, () => runAs(words, run))];
    });
    return { words: this.layout.words, threads, spins: 1, longestRound: LONGEST_CHECKED_ROUND };
  }

  /** Memory; calls and returns if there is a model; and if something must hold after every step, the order of all writes. */
  dependence(): Dependence {
    const { model, always } = this.check;
    const calls = this.layout.words.length;
    const footprintOf = (to: ThreadState): FootprintBuilder => {
      const builder = memoryFootprint(to);
      if (model || this.isObject) touchCalls(to, builder, calls);
      if (always && to.effect?.wrote === true) builder.touch(calls + 1, WRITE);
      return builder;
    };
    return { resources: calls + 2, footprint: (to) => footprintOf(to).build() };
  }

  #sharedOf(words: ThreadWords): () => unknown {
    if (this.#made !== null) return this.#made.forThread(words);
    const shared = sharedBy(words, this.layout.regions);
    return () => shared;
  }

  #bodyOf(
    thread: number,
    words: ThreadWords,
    note: (plain: Parameters<Parameters<Code>[0]['note']>[0]) => void,
  ): () => unknown {
    const sharedOf = this.#sharedOf(words);
    let shared: Shared<Declared>;
    const code = this.codes[thread];
    const calling = new Calling(words);
    const call = (name: string, argument?: unknown): unknown => {
      const operation = this.#operation(name, words);
      const answered = (response: unknown): unknown => {
        const value = this.answers.numberOf({ name, argument, response });
        note({ kind: 'return', outcome: 'value', value });
        return response;
      };
      const begin = (): unknown => {
        note({ kind: 'invoke', op: 0, name, argument: this.arguments.numberOf(argument) });
        return operation(shared, argument, given);
      };
      return this.isAsync ? calling.run(name, begin, answered) : answered(refusePromise(begin(), words));
    };
    const numberOf = (): number => {
      this.#asksNumber = true;
      return thread + 1;
    };
    const given: Thread<unknown> = {
      get number() {
        return numberOf();
      },
      call,
      choose: (n) => words.choose(n),
      atOnce: (run) => words.atOnce('a function', run),
      start: (number) => words.start(number),
      join: (number) => words.join(number),
      ports: portsOf(words, this.#room),
    };
    return () => {
      calling.begin();
      shared = sharedOf() as Shared<Declared>;
      if (typeof code !== 'function') {
        const one = ([name, argument]: Call<unknown>): unknown => call(name, argument);
        return this.isAsync ? oneAfterTheOther(code, one) : code.map(one);
      }
      return code(shared, given);
    };
  }

  #operation(name: string, words: ThreadWords): Operations<Declared, unknown>[string] {
    const operations: Operations<Declared, unknown> = this.check.operations ?? {};
    if (Object.hasOwn(operations, name)) return operations[name];
    const names = Object.keys(operations);
    return words.refuse(
      `There is no operation "${name}"${closest(name, names)}: the check declares ${names.join(', ') || 'none'}.`,
    );
  }
}

/** An asynchronous body would go on when nobody can tell it when. */
function refusePromise(result: unknown, words: ThreadWords): unknown {
  if (!isThenable(result)) return result;
  // What suspended the body rejects its promise, and nobody is to be told.
  void Promise.resolve(result).catch(() => {});
  return words.refuse(asynchronous(words.number));
}
