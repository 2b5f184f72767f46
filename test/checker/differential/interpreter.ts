import {
  type Access,
  ARRAYS,
  ATOMIC,
  outcomeOf,
  type Program,
  resultOf,
  type Statement,
  type Thread,
} from './language.ts';

/**
 * What a program means, by an interpreter that shares no code with the checker: memory is bytes of the platform, an access is the platform's
 * own on a copy of them, and what can happen is found by plain recursion.
 */

interface ThreadState {
  /** The statement before which it stands. */
  readonly next: number;
  readonly registers: readonly unknown[];
  /** For each statement how often it has gone on elsewhere, as far as it counts that. */
  readonly rounds: readonly number[];
  readonly sleeps: 'no' | 'asleep' | 'woken';
}

interface State {
  readonly bytes: readonly number[];
  readonly threads: readonly ThreadState[];
  /** By first byte who sleeps there, in the order in which they fell asleep. */
  readonly queues: Readonly<Record<number, readonly number[]>>;
}

/** What a step did, as far as it decides about races. */
interface Event {
  readonly thread: number;
  /** The bytes that it touched; none if both are the same. */
  readonly from: number;
  readonly to: number;
  readonly wrote: boolean;
  readonly isAtomic: boolean;
  /** Queues that it changed or looked at, and threads that it woke, or as which it was woken. */
  readonly marks: readonly string[];
  readonly writesMarks: boolean;
}

interface Step {
  readonly state: State;
  readonly event: Event;
}

const PLAIN: ReadonlySet<string> = new Set(['read', 'write', 'get', 'set']);
/** Those that always write; `compareExchange` may. */
const WRITES: ReadonlySet<string> = new Set(
  [...ATOMIC, 'write', 'set'].filter((name) => name !== 'load' && name !== 'compareExchange'),
);

function beginning({ size, threads }: Program): State {
  return {
    bytes: Array.from({ length: size }, () => 0),
    threads: threads.map((thread) => ({
      ...settled(
        thread,
        0,
        thread.map(() => 0),
      ),
      registers: thread.map(() => undefined),
      sleeps: 'no',
    })),
    queues: {},
  };
}

/** Jumps are no steps: a thread stands before a statement that does something. */
function settled(
  thread: Thread,
  to: number,
  counted: readonly number[],
): Pick<ThreadState, 'next' | 'rounds'> {
  let [next, rounds] = [to, counted];
  for (let here = thread[next]; here?.does === 'jump' || here?.does === 'repeat'; here = thread[next]) {
    const goesBack = here.does === 'jump' || rounds[next]! < here.times;
    if (here.does === 'repeat') rounds = rounds.with(next, goesBack ? rounds[next]! + 1 : 0);
    next = goesBack ? here.to : next + 1;
  }
  return { next, rounds };
}

function hasEnded({ threads }: Program, state: State, i: number): boolean {
  return state.threads[i]!.next >= threads[i]!.length;
}

function outcomeIn(program: Program, state: State): string {
  const results = state.threads.map(({ registers }, i) =>
    hasEnded(program, state, i) ? resultOf(registers) : undefined,
  );
  return outcomeOf(state.bytes, results);
}

/** Makes an access on bytes that it may change, as the platform does. Returns what it answers. */
function perform(access: Access, memory: ArrayBuffer): unknown {
  const { type, at } = access;
  const value = access.value as number;
  if (access.does === 'get') return new DataView(memory)[`get${type}`](at, access.isLittle);
  if (access.does === 'set')
    return void new DataView(memory)[`set${type}`](at, value as never, access.isLittle);
  const array = new ARRAYS[type](memory, at, 1) as unknown as Int32Array<ArrayBuffer>;
  switch (access.does) {
    case 'read':
      return array[0];
    case 'write':
      return void (array[0] = value);
    case 'load':
      return Atomics.load(array, 0);
    case 'compareExchange':
      return Atomics.compareExchange(array, 0, value, access.other as number);
    default:
      return Atomics[access.does](array, 0, value);
  }
}

/** What a thread can do next: nothing if it has ended or sleeps, else one step, or one for each answer of chance. */
function stepsOf(program: Program, state: State, thread: number): Step[] {
  const code = program.threads[thread]!;
  const me = state.threads[thread]!;
  const statement = code[me.next];
  if (statement === undefined) return [];
  const own = `thread ${thread}`;
  const nothing: Event = {
    thread,
    from: 0,
    to: 0,
    wrote: false,
    isAtomic: true,
    marks: [],
    writesMarks: false,
  };
  const goes = (to: number, more: Partial<State> = {}, answer?: unknown): State => {
    const isKept = answer !== undefined && !('isQuiet' in statement);
    const registers = isKept ? me.registers.with(me.next, answer) : me.registers;
    return stands({ ...settled(code, to, me.rounds), registers, sleeps: 'no' }, more);
  };
  const stands = (as: ThreadState, more: Partial<State> = {}): State => ({
    ...state,
    ...more,
    threads: (more.threads ?? state.threads).with(thread, as),
  });
  if (statement.does === 'draw')
    return [statement.to, me.next + 1].map((to, drawn) => ({ state: goes(to, {}, drawn), event: nothing }));
  if (statement.does === 'jump' || statement.does === 'repeat')
    throw new Error('A thread stands before a jump.');

  const { type, at } = statement;
  const after = me.next + 1;
  const event = { ...nothing, from: at, to: at + ARRAYS[type].BYTES_PER_ELEMENT };
  const queue = state.queues[at] ?? [];
  const queued = (now: readonly number[]): Partial<State> => ({ queues: { ...state.queues, [at]: now } });
  const list = `queue ${at}`;
  switch (statement.does) {
    case 'notify': {
      const woken = queue.slice(0, statement.count);
      const threads = state.threads.map((each, i) =>
        woken.includes(i) ? { ...each, sleeps: 'woken' as const } : each,
      );
      const marks = [list, ...woken.map((each) => `thread ${each}`)];
      const now = goes(after, { ...queued(queue.slice(woken.length)), threads }, woken.length);
      return [{ state: now, event: { ...nothing, marks, writesMarks: woken.length > 0 } }];
    }
    case 'wait': {
      if (me.sleeps === 'woken')
        return [{ state: goes(after, {}, 'ok'), event: { ...nothing, marks: [own] } }];
      if (me.sleeps === 'asleep') {
        if (statement.timeout === Infinity) return [];
        const left = queued(queue.filter((each) => each !== thread));
        return [
          {
            state: goes(after, left, 'timed-out'),
            event: { ...nothing, marks: [own, list], writesMarks: true },
          },
        ];
      }
      if (!isValue(state, statement)) return [{ state: goes(after, {}, 'not-equal'), event }];
      if (statement.timeout === 0) return [{ state: goes(after, {}, 'timed-out'), event }];
      const asleep = stands({ ...me, sleeps: 'asleep' }, queued([...queue, thread]));
      return [{ state: asleep, event: { ...event, marks: [list, own], writesMarks: true } }];
    }
    case 'if':
    case 'unless': {
      const jumps = isValue(state, statement) === (statement.does === 'if');
      return [{ state: goes(jumps ? statement.to : after), event }];
    }
    case 'swap': {
      const memory = Uint8Array.from(state.bytes);
      if (!isValue(state, statement)) return [{ state: goes(statement.to), event }];
      perform({ ...statement, does: 'store', value: statement.other }, memory.buffer);
      return [{ state: goes(after, { bytes: [...memory] }), event: { ...event, wrote: true } }];
    }
    default: {
      const memory = Uint8Array.from(state.bytes);
      const answer = perform(statement, memory.buffer);
      const wrote =
        WRITES.has(statement.does) || (statement.does === 'compareExchange' && swaps(statement, answer));
      return [
        {
          state: goes(after, { bytes: [...memory] }, answer),
          event: { ...event, wrote, isAtomic: !PLAIN.has(statement.does) },
        },
      ];
    }
  }
}

type Compared = Extract<Statement, { readonly does: 'wait' | 'if' | 'unless' | 'swap' }>;

function isValue({ bytes }: State, { type, at, value }: Compared): boolean {
  return new ARRAYS[type](Uint8Array.from(bytes).buffer, at, 1)[0] === value;
}

function swaps({ type, value }: Access, answer: unknown): boolean {
  const fitted = new ARRAYS[type](1) as unknown as unknown[];
  fitted[0] = value;
  return fitted[0] === answer;
}

/** What can come of a program. */
export interface Ends {
  /** The outcomes of executions in which all threads end. */
  readonly ends: ReadonlySet<string>;
  /** The outcomes of those, and of executions at whose end threads sleep that nobody wakes. */
  readonly rests: ReadonlySet<string>;
  /** True if such a thread does not end. */
  readonly canSleep: boolean;
  /** True if there are states from which threads can go on and on, and never to an end or to where all sleep. */
  readonly canGoRound: boolean;
  readonly states: number;
}

/** Visits every state of a program, each once; null if there are too many. */
export function everyState(program: Program, most = 20_000): Ends | null {
  const start = beginning(program);
  const numbers = new Map([[JSON.stringify(start, withBigs), 0]]);
  const states = [start];
  const before: number[][] = [[]];
  const [ends, rests, atRest] = [new Set<string>(), new Set<string>(), [] as number[]];
  let canSleep = false;
  for (let i = 0; i < states.length; i++) {
    if (states.length > most) return null;
    const state = states[i]!;
    const next = program.threads.flatMap((_, thread) => stepsOf(program, state, thread));
    if (next.length === 0) {
      const outcome = outcomeIn(program, state);
      const isEnd = program.threads.every((_, thread) => hasEnded(program, state, thread));
      atRest.push(i);
      rests.add(outcome);
      if (isEnd) ends.add(outcome);
      else canSleep = true;
    }
    for (const { state: to } of next) {
      const key = JSON.stringify(to, withBigs);
      const number = numbers.get(key) ?? states.push(to) - 1;
      if (number === before.length) before.push([]);
      numbers.set(key, number);
      before[number]!.push(i);
    }
  }
  const canRest = new Set(atRest);
  for (const state of canRest) for (const each of before[state]!) canRest.add(each);
  return { ends, rests, canSleep, canGoRound: canRest.size < states.length, states: states.length };
}

/** Values that JSON has no text for. */
function withBigs(_name: string, value: unknown): unknown {
  const hasText = typeof value !== 'bigint' && !Object.is(value, -0) && !Number.isNaN(value);
  return hasText ? value : `${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`;
}

/** What is found by running all interleavings, one after the other. */
export interface Runs {
  /** True if plain accesses race in one of them. */
  readonly races: boolean;
  /** How many there are, where no thread goes round. */
  readonly interleavings: number;
}

/** Runs every interleaving of a program to its end; a round that leads to where it began is made once. */
export function everyRun(program: Program): Runs {
  let races = false;
  let interleavings = 0;
  const run = (state: State, past: readonly Event[], seen: readonly string[]): void => {
    const key = JSON.stringify(state, withBigs);
    if (seen.includes(key)) return;
    const next = program.threads.flatMap((_, thread) => stepsOf(program, state, thread));
    if (next.length === 0) interleavings++;
    for (const { state: to, event } of next) {
      races ||= past.some((earlier, i) => conflict(earlier, event) && !happensBefore(past, i, event));
      run(to, [...past, event], [...seen, key]);
    }
  };
  run(beginning(program), [], []);
  return { races, interleavings };
}

/** Two accesses of different threads to bytes that overlap, one of which writes, and which are not both atomic and of the same bytes. */
function conflict(a: Event, b: Event): boolean {
  if (a.thread === b.thread || a.to <= b.from || b.to <= a.from || !(a.wrote || b.wrote)) return false;
  return !(a.isAtomic && b.isAtomic && a.from === b.from && a.to === b.to);
}

/** True if the event at an index happens before one that comes now: by the threads' own order, and from atomic writes to atomic accesses. */
function happensBefore(past: readonly Event[], index: number, now: Event): boolean {
  const events = [...past, now];
  const known = new Set([index]);
  for (let i = index + 1; i < events.length; i++) {
    for (const j of known) {
      if (events[j]!.thread !== events[i]!.thread && !synchronises(events[j]!, events[i]!)) continue;
      known.add(i);
      break;
    }
  }
  return known.has(events.length - 1);
}

function synchronises(a: Event, b: Event): boolean {
  if (a.writesMarks && b.marks.some((mark) => a.marks.includes(mark))) return true;
  return a.isAtomic && b.isAtomic && a.wrote && a.from === b.from && a.to === b.to && a.from < a.to;
}
