import { structureOperation } from '../../laboratory/structures.ts';
import type { Contract, Contracts, StructureCard } from '../../kernel/structure-card.ts';
import type { HistoryOperation } from './history.ts';
import type { Specification } from './sequential-search.ts';

/** How a structure behaves if its operations come one after the other: what histories are held against. */
export interface StructureModel {
  /** What behaves so, in a sentence: `a FIFO queue`. */
  readonly says: string;
  /** The state is what is inside, in the order in which it was put in, or from front to back. "Full" and "abort" change nothing. */
  readonly specification: Specification<HistoryOperation, unknown>;
  /**
   * True if operations on different values never see each other, so that a history is decided value by value (Herlihy and Wing 1990,
   * Theorem 1: linearizability is a local property).
   */
  readonly byValue: boolean;
  /** The values inside in a state, in the order in which they come out. */
  readonly inside: (state: unknown) => Inside;
}

type Inside = readonly number[];
type Operations = StructureCard['operations'];

/** The state after an operation that is no refusal; null if it cannot have answered there what it answered. */
type After = (inside: Inside, operation: HistoryOperation) => Inside | null;

const REFUSALS: ReadonlySet<HistoryOperation['outcome']> = new Set(['full', 'abort']);

function model(says: string, after: After, byValue = false, lastFirst = false): StructureModel {
  const specification: Specification<HistoryOperation, Inside> = {
    initial: [],
    after: (inside, operation) => (REFUSALS.has(operation.outcome) ? inside : after(inside, operation)),
    key: String,
    isIdle: (_inside, { kind, outcome }) =>
      REFUSALS.has(outcome) ||
      outcome === 'empty' ||
      outcome === 'no' ||
      structureOperation(kind)?.does === 'ask',
  };
  const inside = (state: unknown): Inside => (lastFirst ? (state as Inside).toReversed() : (state as Inside));
  return { says, byValue, specification, inside };
}

/** The answer of an operation that asks: allowed where it is the truth, and where there is none. */
function asked(inside: Inside, { outcome }: HistoryOperation, isSo: boolean): Inside | null {
  return outcome === 'pending' || (outcome === 'yes') === isSo ? inside : null;
}

/**
 * A row of values. Which end an operation is about is what its card says, or else what the order says: values are put in at the back.
 *
 * @param takesAt where values come out of which the card says nothing
 * @param operations those of the card: another structure may have one of the same name, which does so at another end
 */
function row(says: string, takesAt: 'front' | 'back', operations: Operations = []): StructureModel {
  const after: After = (inside, operation) => {
    const { kind, outcome, value } = operation;
    const { does, end } = operations.find(({ name }) => name === kind) ?? structureOperation(kind) ?? {};
    if (does === 'ask') return asked(inside, operation, inside.length === 0);
    if (does === 'put') return end === 'front' ? [value as number, ...inside] : [...inside, value as number];
    if (outcome === 'empty') return inside.length === 0 ? inside : null;
    const front = (end ?? takesAt) === 'front';
    const next = front ? inside[0] : inside.at(-1);
    if (inside.length === 0 || (outcome !== 'pending' && next !== value)) return null;
    return front ? inside.slice(1) : inside.slice(0, -1);
  };
  return model(says, after, false, operations.length === 0 && takesAt === 'back');
}

/** Values of which each is inside once or not at all. */
const set = model(
  'a set',
  (inside, operation) => {
    const { kind, outcome } = operation;
    const value = operation.value as number;
    const has = inside.includes(value);
    const does = structureOperation(kind)?.does;
    if (does === 'ask') return asked(inside, operation, has);
    // A put is done where the key was not inside, a take where it was.
    const isDone = has === (does === 'take');
    if (outcome !== 'pending' && (outcome === 'ok') !== isDone) return null;
    if (!isDone) return inside;
    return has ? inside.filter((each) => each !== value) : [...inside, value].toSorted((a, b) => a - b);
  },
  true,
);

const FIFO = row('a FIFO queue', 'front');
const LIFO = row('a stack', 'back');

/** What is inside of a queue that may say EMPTY early, and the time of the latest invocation so far. */
interface EarlyState {
  /** The puts of the values inside, in the order in which they took effect. */
  readonly puts: readonly HistoryOperation[];
  readonly now: number;
}

/**
 * A FIFO queue in which a take may also answer EMPTY while the put of the oldest value is in progress, though it has taken effect. Such a put ends at
 * its response, and an operation takes effect no sooner than all that took effect before it were invoked: so an order of the operations in
 * which each of them does so as soon as it can leaves the put in progress for longest, and one that does not fit is fitted by no other times.
 */
function earlyQueue(operations: Operations): StructureModel {
  const isEarly = new Set(
    operations.flatMap(({ name, does, early }) => (does === 'take' && early ? [name] : [])),
  );
  const after = ({ puts, now: before }: EarlyState, operation: HistoryOperation): EarlyState | null => {
    const { kind, outcome, value, invoked } = operation;
    const state = { puts, now: Math.max(before, invoked) };
    const [oldest] = puts;
    if (REFUSALS.has(outcome)) return state;
    const { does } = structureOperation(kind) ?? {};
    if (does === 'put') return { ...state, puts: [...puts, operation] };
    if (does === 'ask') return asked([], operation, puts.length === 0) && state;
    if (outcome === 'empty')
      return puts.length === 0 || (isEarly.has(kind) && oldest.returned >= state.now) ? state : null;
    if (puts.length === 0 || (outcome !== 'pending' && oldest.value !== value)) return null;
    return { ...state, puts: puts.slice(1) };
  };
  const specification: Specification<HistoryOperation, EarlyState> = {
    initial: { puts: [], now: -Infinity },
    after,
    key: ({ puts }) => puts.map(({ thread, number }) => `${thread}.${number}`).join(),
    // Each operation moves the time on.
    isIdle: () => false,
  };
  return {
    says: 'a FIFO queue that may also answer empty while the put of its oldest value is in progress, and full while a take is',
    byValue: false,
    specification,
    inside: (state) => (state as EarlyState).puts.map(({ value }) => value as number),
  };
}

/** The sequential model that a structure's card states. */
export function modelOf({ order, operations }: Pick<StructureCard, 'order' | 'operations'>): StructureModel {
  if (order === 'FIFO' && saysEarly({ operations })) return earlyQueue(operations);
  if (order === 'DEQUE') return row('a deque', 'back', operations);
  return { FIFO, LIFO, SET: set }[order];
}

/** True of a structure with operations that may answer EMPTY or FULL early: see its card. */
export function saysEarly({ operations }: Pick<StructureCard, 'operations'>): boolean {
  return operations.some(({ early }) => early === true);
}

/** The contract of an operation that says how things are inside; undefined of any other. */
export function contractOfInside(
  contracts: Contracts,
  name: string,
): Extract<Contract, { readonly ofInside: unknown }> | undefined {
  const contract = Object.hasOwn(contracts, name) ? contracts[name] : undefined;
  return contract !== undefined && 'ofInside' in contract ? contract : undefined;
}

/** How a structure behaves beside which such operations are called: they change nothing, and answer what is so. */
export function withContracts(
  { specification, inside }: StructureModel,
  contracts: Contracts,
): Specification<HistoryOperation, unknown> {
  return {
    ...specification,
    after: (state, operation) => {
      const contract = contractOfInside(contracts, operation.kind);
      if (contract === undefined) return specification.after(state, operation);
      const { outcome, value = null } = contract.ofInside(inside(state));
      return outcome === operation.outcome && value === operation.value ? state : null;
    },
    isIdle: (state, operation) =>
      contractOfInside(contracts, operation.kind) !== undefined || specification.isIdle(state, operation),
  };
}
