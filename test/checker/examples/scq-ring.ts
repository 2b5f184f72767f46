import { check, type Passed, type Shared } from '../../../src/checker/index.ts';

// A ring of four entries for at most two indices, 0 and 1, by Nikolaev (SCQ, DISC 2019): Head, Tail and threshold, and then the entries. An
// entry is a cycle, a bit that says that it is safe, and an index, or 3 if it has none.
const [HEAD, TAIL, THRESHOLD, FIRST] = [0, 1, 2, 3];
const [ENTRIES, NONE, SAFE] = [4, 3, 4];
/** Readers that find nothing before one of them may say so: as many as there are entries, and the other thread. */
const PATIENCE = ENTRIES + 1;

const empty = SAFE | NONE;
const words = { ring: [ENTRIES, ENTRIES, -1, empty, empty, empty, empty] };
type Words = Shared<typeof words>;

/** What a thread may forget. */
type Fault = 'renews' | 'looks at the cycle' | null;

const cycleOf = (position: number): number => (position & -ENTRIES) << 1;
const age = (entry: number, position: number): number => (entry & (-2 * ENTRIES)) - cycleOf(position);
const at = (position: number): number => FIRST + (position & NONE);

function put({ ring }: Words, index: number, without: Fault): void {
  for (;;) {
    const position = Atomics.add(ring, TAIL, 1);
    const entry = Atomics.load(ring, at(position));
    const isPassed = age(entry, position) >= 0 && without !== 'looks at the cycle';
    const isUnsafe = (entry & SAFE) === 0 && Atomics.load(ring, HEAD) > position;
    if (isPassed || isUnsafe || (entry & NONE) !== NONE) continue;
    const next = cycleOf(position) | SAFE | index;
    if (Atomics.compareExchange(ring, at(position), entry, next) === entry) break;
  }
  if (without !== 'renews' && Atomics.load(ring, THRESHOLD) !== PATIENCE)
    Atomics.store(ring, THRESHOLD, PATIENCE);
}

/** The oldest index, or -1 if there is none. */
function take({ ring }: Words): number {
  if (Atomics.load(ring, THRESHOLD) < 0) return -1;
  for (;;) {
    const position = Atomics.add(ring, HEAD, 1);
    for (;;) {
      const entry = Atomics.load(ring, at(position));
      const old = age(entry, position);
      if (old === 0) return Atomics.or(ring, at(position), NONE) & NONE;
      if (old > 0) break;
      const passed = (entry & NONE) === NONE ? cycleOf(position) | (entry & SAFE) | NONE : entry & ~SAFE;
      if (Atomics.compareExchange(ring, at(position), entry, passed) === entry) break;
    }
    const isAtEnd = Atomics.load(ring, TAIL) <= position + 1;
    if (Atomics.sub(ring, THRESHOLD, 1) <= 0 || isAtEnd) return -1;
  }
}

function explore(without: Fault, replay?: string): Passed {
  return check({
    words,
    operations: { put: (shared, index: number) => put(shared, index, without), take },
    threads: [
      [['put', 0], ['take']],
      [['put', 1], ['take']],
    ],
    model: {
      initial: [] as readonly number[],
      apply: (queue, operation, index) => {
        if (operation === 'put') return [[...queue, index], undefined];
        return queue.length === 0 ? [queue, -1] : [queue.slice(1), queue[0]];
      },
    },
    ...(replay !== undefined && { replay }),
  });
}

export const sound = (): Passed => explore(null);
/** Does not set the threshold anew. */
export const impatient = (replay?: string): Passed => explore('renews', replay);
/** Puts an index where its reader has been. */
export const late = (replay?: string): Passed => explore('looks at the cycle', replay);
