import { FREE_TOP, type Geometry, LINKED, S_STATE } from '../kernel/layout.ts';
import type { DamageKind, Finding, InvokeRecord, StepRecord, TraceEvent } from '../observe/trace.ts';
import { cardOf } from '../laboratory/labels.ts';
import {
  hasRing,
  inBatch,
  isOfFreeList,
  isGivenValue,
  operationThat,
  puts,
  ringIn,
  structureCard,
  structureOperation,
  takes,
} from '../laboratory/structures.ts';
import { Audit } from './audit/audit.ts';
import { capacityIn, cellValues, valuesOfSlot } from './audit/cells.ts';
import { imbalances, overtakings } from './history/conservation.ts';
import {
  assertHistory,
  initialContent,
  type HistoryFinding,
  type HistoryOperation,
  type ShowValue,
} from './history/history.ts';
import { linearizability, type Linearizability, untrueAnswer } from './history/linearizability.ts';
import type { Contracts } from '../kernel/structure-card.ts';
import { contractOfInside, saysEarly } from './history/models.ts';

/** What the history of a run says, apart from what was seen step by step. */
export interface HistoryVerdict {
  readonly operations: readonly HistoryOperation[];
  readonly linearizability: Linearizability;
  /** What is wrong with it, each kind and value once; empty if nothing is. */
  readonly wrong: readonly HistoryFinding[];
  /** The same as damage, each at the step at which its last operation returned. */
  readonly findings: readonly Finding[];
  /** The operations of the run whose answers nobody judges, by name. */
  readonly notJudged: readonly string[];
}

/** Kinds of damage that the answers of a run show, where no single step does. */
export const SHOWN_BY_ANSWERS: ReadonlySet<DamageKind> = new Set([
  'lost value',
  'duplicate value',
  'value from nowhere',
  'order broken',
  'false empty',
  'false non-empty',
  'false full',
  'false answer',
]);

const KNOWN: readonly string[] = ['ok', 'full', 'value', 'empty', 'yes', 'no', 'abort'];

/**
 * The operations of the structure in a trace, timed by the order of its events. A `full` is excused if at an instant of the call the free
 * list was empty, or the structure held as many values as it can; of one that keeps them in cells see `withExcuses`.
 *
 * @param initial what was inside at the start
 * @param isOf true of an operation that is in it, by name
 */
function historyOf(
  events: readonly TraceEvent[],
  { geometry, words }: Audit,
  initial: readonly number[],
  isOf: (name: string) => boolean,
): HistoryOperation[] {
  const card = structureCard(geometry);
  const { cells } = card;
  const capacity = capacityIn(geometry) ?? Infinity;
  let inside = initial.length;
  const open = new Map<number, { invoke: InvokeRecord; time: number; sawFull: boolean }>();
  const free = new FreeWatch(events, words, geometry);
  const counts = new Map<string, number>();
  const operations: HistoryOperation[] = [];
  const numbered = ({ thread, name }: InvokeRecord): number => {
    const key = `${thread} ${name}`;
    const number = (counts.get(key) ?? 0) + 1;
    counts.set(key, number);
    return number;
  };
  for (const [time, event] of events.entries()) {
    if (event.kind === 'invoke' && isOf(event.name))
      open.set(event.thread, { invoke: event, time, sawFull: free.isEmpty || inside >= capacity });
    if (event.kind === 'step') {
      free.step(event);
      inside += cameIn(event);
      if (free.isEmpty || inside >= capacity) for (const each of open.values()) each.sawFull = true;
    }
    if (event.kind !== 'return') continue;
    const begun = open.get(event.thread);
    open.delete(event.thread);
    if (!begun || !isOf(event.name)) continue;
    const { thread, name: kind, outcome } = event;
    // An operation that was broken off by an exception of the program may have taken effect or not.
    const known = KNOWN.includes(outcome);
    operations.push({
      thread,
      kind,
      number: numbered(begun.invoke),
      value: isGivenValue(kind) ? begun.invoke.argument : event.value,
      outcome: known ? (outcome as HistoryOperation['outcome']) : 'pending',
      invoked: begun.time,
      returned: known ? time : Infinity,
      ...(outcome === 'full' && cells === undefined && { fullExcused: begun.sawFull }),
    });
  }
  for (const { invoke, time } of open.values()) {
    operations.push({
      thread: invoke.thread,
      kind: invoke.name,
      number: numbered(invoke),
      value: isGivenValue(invoke.name) ? invoke.argument : null,
      outcome: 'pending',
      invoked: time,
      returned: Infinity,
    });
  }
  if (cells === undefined || capacity === Infinity) return operations;
  return saysEarly(card)
    ? withEarlyExcuses(operations, initial, capacity)
    : withExcuses(operations, capacity - initial.length);
}

/**
 * Whether the free list is empty, step by step. In a ring a slot is on it as long as no reader has the position for which it was put in.
 */
class FreeWatch {
  isEmpty: boolean;
  readonly #geometry: Geometry;
  readonly #words: Int32Array;

  /** @param words as the run left them */
  constructor(events: readonly TraceEvent[], words: Int32Array, geometry: Geometry) {
    this.#geometry = geometry;
    this.#words = words.slice(0, geometry.recordsBase);
    for (let i = events.length - 1; i >= 0; i--) {
      const event = events[i];
      if (event.kind === 'step') this.#write(event.address, event.before);
    }
    this.isEmpty = this.#look();
  }

  step({ address, before, after }: StepRecord): void {
    if (before === after || !this.#write(address, after)) return;
    this.isEmpty = this.#look();
  }

  #write(address: number, word: number): boolean {
    if (!isOfFreeList(this.#geometry, address)) return false;
    this.#words[address] = word;
    return true;
  }

  #look(): boolean {
    // The free list's top names a slot by the same index bits as every pointer word.
    if (!hasRing(this.#geometry)) return this.#geometry.top.index(this.#words[FREE_TOP]) === 0;
    return ringIn(this.#words, this.#geometry).indices().length === 0;
  }
}

/**
 * The operations on a structure whose values lie in cells, with what is to be said for each "full". A cell may be in use from the invocation
 * of the put that has it to the response of the take that empties it: the answer is excused if at an instant of the call no cell was left.
 *
 * @param room cells that were empty at the start
 */
function withExcuses(operations: readonly HistoryOperation[], room: number): HistoryOperation[] {
  const puttings = operations.filter(({ kind, outcome }) => puts(kind) && outcome !== 'full');
  const takings = operations.filter(({ kind, outcome }) => takes(kind) && outcome === 'value');
  const inUse = (time: number): number =>
    puttings.filter(({ invoked }) => invoked <= time).length -
    takings.filter(({ returned }) => returned <= time).length;
  return operations.map((each) => {
    if (each.outcome !== 'full') return each;
    const { invoked, returned } = each;
    // Only an invocation of a put makes more of them.
    const times = [invoked, ...puttings.map((put) => put.invoked)];
    const isExcused = times.some((time) => time >= invoked && time < returned && inUse(time) >= room);
    return { ...each, fullExcused: isExcused };
  });
}

/**
 * The same of a queue that may say "full" early. It has its cells in turn: the answer is excused if at an instant of the call as many puts as there are cells can
 * have come to one whose value was not taken then, or whose take was in progress, that value's own put among them.
 */
function withEarlyExcuses(
  operations: readonly HistoryOperation[],
  initial: readonly number[],
  capacity: number,
): HistoryOperation[] {
  const before = operations.reduce((earliest, { invoked }) => Math.min(earliest, invoked), 0);
  const puttings = [
    ...initialContent(initial, before),
    ...operations.filter(({ kind, outcome }) => puts(kind) && outcome !== 'full'),
  ];
  const takings = operations.filter(({ kind, outcome }) => takes(kind) && outcome === 'value');
  const isInUse = (time: number): boolean =>
    puttings.some((put) => {
      if (put.invoked > time) return false;
      if (takings.some(({ value, returned }) => value === put.value && returned <= time)) return false;
      const since = puttings.filter(({ invoked, returned }) => invoked <= time && returned >= put.invoked);
      return since.length >= capacity;
    });
  return operations.map((each) => {
    if (each.outcome !== 'full') return each;
    const { invoked, returned } = each;
    const times = [invoked, ...puttings.map((put) => put.invoked)];
    return {
      ...each,
      fullExcused: times.some((time) => time >= invoked && time < returned && isInUse(time)),
    };
  });
}

/** How many values more are inside after a step: 1, 0 or -1. */
function cameIn({ label, ok }: StepRecord): number {
  const moves = ok === true ? cardOf(label)?.moves : undefined;
  if (moves === undefined || moves.from === moves.to) return 0;
  return Number(moves.to === 'structure') - Number(moves.from === 'structure');
}

/**
 * Judges the history of a run: nothing lost or twice, producers in order, linearizable.
 *
 * @param words as the run left them: what is still inside counts as not lost
 * @param contracts what operations of a variant may answer; of these the judge of steps holds those that are not about what is inside
 */
export function judgeHistory(
  events: readonly TraceEvent[],
  initial: readonly number[],
  words: Int32Array,
  show: ShowValue,
  contracts: Contracts = {},
): HistoryVerdict {
  const audited = new Audit(words);
  const isAsked = (name: string): boolean => contractOfInside(contracts, name) !== undefined;
  const history = historyOf(events, audited, initial, (name) => isJudged(name) || isAsked(name));
  const operations = history.filter(({ kind }) => !isAsked(kind));
  const asked = history.filter(({ kind, outcome }) => isAsked(kind) && outcome !== 'pending');
  const card = structureCard(audited.geometry);
  assertHistory(operations);
  let order = linearizability(operations, initial, show, card);
  // Where the operations have no order, that is what is wrong, and there is none to hold other answers against.
  const untrue =
    order.linearizable === true && asked.length > 0
      ? untrueAnswer(operations, asked, { initial, show, card, contracts })
      : null;
  if (typeof untrue === 'string') order = { linearizable: 'undecided', note: untrue };
  else if (untrue !== null) order = { linearizable: false, finding: untrue };
  // A slot that is not linked holds no content, whatever a damaged queue leads to.
  const linked = audited
    .inside()
    .slice(audited.dummies)
    .filter((slot) => words[audited.geometry.slot(slot, S_STATE)] === LINKED && !audited.isDeleted(slot))
    .flatMap((slot) => valuesOfSlot(words, audited.geometry, slot));
  const content = [...linked, ...cellValues(words, audited.geometry)];
  const all = [...initialContent(initial, -1, operationThat(card, 'put')), ...operations];
  const wrong: HistoryFinding[] = [];
  // A kind that one check has told already is not told again by the next, which sees the same from another side.
  const note = (found: readonly HistoryFinding[]): void => {
    const told = new Set(wrong.map(({ kind }) => kind));
    wrong.push(...found.filter(({ kind }) => !told.has(kind)));
  };
  if (order.linearizable === false) note([order.finding]);
  note(imbalances(all, content, show, card));
  if (card.order === 'FIFO') note(overtakings(all, show));
  return {
    operations,
    linearizability: order,
    wrong,
    findings: wrong.map((each) => asFinding(each, events)),
    notJudged: unjudged(
      events.flatMap((event) => (event.kind === 'invoke' ? [event.name] : [])),
      contracts,
    ),
  };
}

function asFinding({ kind, note, operations }: HistoryFinding, events: readonly TraceEvent[]): Finding {
  // That no order of all operations fits shows when the last of them has returned, and not before.
  const at = (each: HistoryOperation): number =>
    kind === 'not linearizable' && Number.isFinite(each.returned) ? each.returned : each.invoked;
  const last = operations.toSorted((a, b) => at(a) - at(b)).at(-1);
  const step =
    last && Number.isFinite(last.returned) && last.returned >= 0 ? events[last.returned]?.step : undefined;
  const damage: DamageKind = kind === 'not linearizable' ? 'order broken' : kind;
  return {
    kind: damage,
    // That a value is lost shows at the end: the step that put it in did nothing wrong.
    step: kind === 'lost value' ? null : (step ?? null),
    thread: last && last.thread > 0 ? last.thread : null,
    label: null,
    note,
  };
}

/** Those that only say that they are done. What they do to slots is judged as any step is. */
const ANSWERLESS: ReadonlySet<string> = new Set(['collect', 'offline', 'adopt', 'leave', 'die']);

/** True if the history of a run holds this operation's calls, whose answers are held against what the structure can answer. */
export function isJudged(name: string): boolean {
  return structureOperation(name) !== undefined;
}

/** True of a batch: its operations are judged one by one, and its count where it is not what they did. */
function isBatch(name: string): boolean {
  return inBatch(name) !== undefined;
}

/**
 * Of these operations the names of those whose answers no judge looks at, such as those of a variant that states no contract; each once, in
 * their order.
 */
export function unjudged(names: Iterable<string>, contracts: Contracts = {}): string[] {
  return [...new Set(names)].filter(
    (name) => !isJudged(name) && !ANSWERLESS.has(name) && !isBatch(name) && !Object.hasOwn(contracts, name),
  );
}
