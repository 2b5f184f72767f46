import type { Random } from '../../src/random.ts';

/** Random programs over one buffer of 8 bytes that is seen as arrays of all types, and what can come of them, found by an interpreter of its own. */

const ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};
type Type = keyof typeof ARRAYS;
const TYPES = Object.keys(ARRAYS) as Type[];
const INTEGERS = TYPES.filter((type) => !/Float|Clamped/.test(type));
export const SIZE = 8;

const ATOMIC = ['load', 'store', 'add', 'xor', 'exchange', 'compareExchange'] as const;
const PLAIN = ['read', 'write', 'get', 'set'] as const;

const WAITING = ['wait', 'notify', 'spin'] as const;

/** One access: by `Atomics`, by index, or by a DataView (`get`, `set`) at any byte. */
export interface MixedAccess {
  readonly kind: (typeof ATOMIC)[number] | (typeof PLAIN)[number] | (typeof WAITING)[number];
  readonly type: Type;
  /** In bytes. */
  readonly at: number;
  readonly value: number | bigint;
  readonly other: number | bigint;
  readonly isLittle: boolean;
}

export interface MixedOptions {
  readonly threads: number;
  readonly accesses: number;
  /** Plain accesses among atomic ones: all, some, none. */
  readonly plain: number;
  readonly waits: boolean;
}

const NUMBERS = [0, 1, -1, 258, 0x01020304];
const BIGS = [0n, 1n, -1n, 0x0102030405060708n];

export function mixedProgram(random: Random, options: MixedOptions): MixedAccess[][] {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  return Array.from({ length: options.threads }, () =>
    Array.from({ length: 1 + random.below(options.accesses) }, (): MixedAccess => {
      const isPlain = random.below(100) < options.plain;
      const waits = !isPlain && options.waits && random.below(3) === 0;
      const atomic = waits ? pick(WAITING) : pick(ATOMIC);
      const kind = isPlain ? pick(PLAIN) : atomic;
      const viewed = kind === 'get' || kind === 'set';
      const waitable = ['Int32Array', 'BigInt64Array'] as const;
      const types = isPlain ? TYPES : INTEGERS;
      let type = pick<Type>(waits ? waitable : types);
      if (viewed && type === 'Uint8ClampedArray') type = 'Uint8Array';
      const bytes = ARRAYS[type].BYTES_PER_ELEMENT;
      const at = viewed ? random.below(SIZE - bytes + 1) : bytes * random.below(SIZE / bytes);
      const values: readonly (number | bigint)[] = type.startsWith('Big') ? BIGS : NUMBERS;
      const value = waits ? values[0]! : pick(values);
      return { kind, type, at, value, other: pick(values), isLittle: random.below(2) === 0 };
    }),
  );
}

/** The program's code, over the buffer that a thread is given. Returns what was answered. */
export function mixedBody(
  accesses: readonly MixedAccess[],
): (shared: { memory: SharedArrayBuffer }) => string {
  return ({ memory }) => accesses.map((access) => String(make(memory, access))).join();
}

function make(memory: SharedArrayBuffer, { kind, type, at, value, other, isLittle }: MixedAccess): unknown {
  const given = value as number;
  const of = type.replace('Array', '') as 'Int32';
  if (kind === 'get') return new DataView(memory)[`get${of}`](at, isLittle);
  if (kind === 'set') return new DataView(memory)[`set${of}`](at, given, isLittle);
  const global = globalThis as unknown as { readonly [K in Type]: Int32ArrayConstructor };
  const array = new global[type](memory, at, 1);
  switch (kind) {
    case 'read':
      return array[0];
    case 'write':
      return void (array[0] = given);
    case 'wait':
      return Atomics.wait(array, 0, given);
    case 'notify':
      return Atomics.notify(array, 0, 1);
    case 'spin':
      while (Atomics.load(array, 0) === given);
      return undefined;
    case 'load':
      return Atomics.load(array, 0);
    case 'store':
      return void Atomics.store(array, 0, given);
    case 'compareExchange':
      return Atomics.compareExchange(array, 0, given, other as number);
    default:
      return Atomics[kind](array, 0, given);
  }
}

interface ThreadState {
  readonly at: number;
  readonly answers: readonly string[];
  /** `looked`: it goes round, and has found what it must not find. */
  readonly inside: 'running' | 'asleep' | 'woken' | 'looked';
}

interface State {
  readonly bytes: readonly number[];
  readonly threads: readonly ThreadState[];
  /** By first byte who sleeps there. */
  readonly sleepers: Readonly<Record<number, readonly number[]>>;
}

/** What an interleaving did, as far as it decides about races. */
interface Event {
  readonly thread: number;
  readonly from: number;
  readonly to: number;
  readonly wrote: boolean;
  readonly isAtomic: boolean;
  /** Lists of sleepers and marks of sleepers that were read or written, which order events as atomic accesses do. */
  readonly marks: readonly string[];
  readonly writesMarks: boolean;
}

interface Move {
  readonly state: State;
  readonly event: Event;
}

export interface MixedOutcomes {
  readonly outcomes: ReadonlySet<string>;
  readonly races: boolean;
}

/** Every outcome, and whether some interleaving has a data race, by running them all. */
export function mixedOutcomes(program: readonly (readonly MixedAccess[])[]): MixedOutcomes {
  const outcomes = new Set<string>();
  let races = false;
  const run = (state: State, past: readonly Event[]): void => {
    const next = program.flatMap((accesses, thread) => move(state, thread, accesses));
    if (next.length === 0) outcomes.add(outcomeOf(state, program));
    for (const { state: after, event } of next) {
      races ||= past.some((earlier, i) => isRace(earlier, event) && !isOrdered(past, i, event));
      run(after, [...past, event]);
    }
  };
  run(
    {
      bytes: Array.from({ length: SIZE }, () => 0),
      threads: program.map(() => ({ at: 0, answers: [], inside: 'running' })),
      sleepers: {},
    },
    [],
  );
  return { outcomes, races };
}

function outcomeOf({ bytes, threads }: State, program: readonly (readonly MixedAccess[])[]): string {
  const ends = threads.map(({ at, answers }, i) => (at === program[i]!.length ? answers.join() : 'waits'));
  return `${bytes.join()} / ${ends.join(' / ')}`;
}

/** Two accesses of different threads to bytes that overlap, one of which writes, and which are not both atomic and of the same bytes. */
function isRace(a: Event, b: Event): boolean {
  if (a.thread === b.thread || a.to <= b.from || b.to <= a.from || !(a.wrote || b.wrote)) return false;
  return !(a.isAtomic && b.isAtomic && a.from === b.from && a.to === b.to);
}

/** True if the event at an index happens before one that comes now: by the threads' own order, and from atomic writes to atomic accesses. */
function isOrdered(past: readonly Event[], index: number, now: Event): boolean {
  const events = [...past, now];
  const known = new Set([index]);
  for (let i = index + 1; i < events.length; i++) {
    for (const j of known) {
      if (events[j]!.thread === events[i]!.thread || synchronises(events[j]!, events[i]!)) {
        known.add(i);
        break;
      }
    }
  }
  return known.has(events.length - 1);
}

function synchronises(a: Event, b: Event): boolean {
  if (a.writesMarks && b.marks.some((mark) => a.marks.includes(mark))) return true;
  return a.isAtomic && b.isAtomic && a.wrote && a.from === b.from && a.to === b.to;
}

/** All that a thread can do next: one thing, or nothing. */
function move(state: State, thread: number, accesses: readonly MixedAccess[]): Move[] {
  const me = state.threads[thread]!;
  const access = accesses[me.at];
  if (!access || me.inside === 'asleep') return [];
  const { kind, type, at } = access;
  const stand = (of: ThreadState, more: Partial<State> = {}): State => ({
    ...state,
    ...more,
    threads: (more.threads ?? state.threads).map((each, i) => (i === thread ? of : each)),
  });
  const done = (answer: unknown): ThreadState => ({
    at: me.at + 1,
    answers: [...me.answers, String(answer)],
    inside: 'running',
  });
  const event = {
    thread,
    from: at,
    to: at + ARRAYS[type].BYTES_PER_ELEMENT,
    wrote: false,
    isAtomic: !PLAIN.includes(kind as 'read'),
    marks: [] as string[],
    writesMarks: false,
  };
  const [list, own] = [`list ${at}`, `thread ${thread}`];
  const sleeping = state.sleepers[at] ?? [];
  const none = { from: 0, to: 0 };
  if (me.inside === 'woken')
    return [{ state: stand(done('ok')), event: { ...event, ...none, marks: [own] } }];
  if (kind === 'notify') {
    const woken = sleeping.slice(0, 1);
    const threads = state.threads.map((each, i) =>
      woken.includes(i) ? { ...each, inside: 'woken' as const } : each,
    );
    const marks = [list, ...woken.map((each) => `thread ${each}`)];
    const sleepers = { ...state.sleepers, [at]: sleeping.slice(1) };
    return [
      {
        state: stand(done(woken.length), { sleepers, threads }),
        event: { ...event, ...none, marks, writesMarks: woken.length > 0 },
      },
    ];
  }
  const bytes = Uint8Array.from(state.bytes);
  const now = WAITING.includes(kind as 'spin') ? new ARRAYS[type](bytes.buffer, at, 1)[0] : null;
  if (kind === 'spin') {
    if (now !== access.value) return [{ state: stand(done(undefined)), event }];
    return me.inside === 'looked' ? [] : [{ state: stand({ ...me, inside: 'looked' }), event }];
  }
  if (kind === 'wait') {
    if (now !== access.value) return [{ state: stand(done('not-equal')), event }];
    const sleepers = { ...state.sleepers, [at]: [...sleeping, thread] };
    const asleep = stand({ ...me, inside: 'asleep' }, { sleepers });
    return [{ state: asleep, event: { ...event, marks: [list, own], writesMarks: true } }];
  }
  const answer = make(bytes.buffer as unknown as SharedArrayBuffer, access);
  const isRead = kind === 'read' || kind === 'get' || kind === 'load';
  const failed = kind === 'compareExchange' && !swaps(access, answer as number | bigint);
  const after = stand(done(answer), { bytes: [...bytes] });
  return [{ state: after, event: { ...event, wrote: !isRead && !failed } }];
}

function swaps({ type, value }: MixedAccess, answer: number | bigint): boolean {
  const fitted = new ARRAYS[type](1) as unknown as (number | bigint)[];
  fitted[0] = value;
  return fitted[0] === answer;
}
