// lockfree-lab run odin-pool
// expected:begin (made by npm run refresh)
// broken    property, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared, Word } from '../../src/checker/types.ts';

/** A list of free elements, 1 and 2; of each element the thread that has it; and how often one was had by two. */
const words = { lock: 0, head: 1, next: [0, 2, 0], owner: [0, 0, 0], collisions: 0 };
type Words = Shared<typeof words>;
type Guard = <T>(lock: Word<number>, run: () => T) => T;

/** Takes the first free element, and stamps it. 0 if there is none. */
function get({ head, next, owner, collisions }: Words, me: number): number {
  for (;;) {
    const first = head.load();
    if (first === 0) return 0;
    const second = Atomics.load(next, first);
    if (head.compareExchange(first, second) !== first) continue;
    if (Atomics.exchange(owner, first, me) !== 0) collisions.add(1);
    return first;
  }
}

function put({ head, next, owner }: Words, element: number): void {
  Atomics.store(owner, element, 0);
  for (;;) {
    const first = head.load();
    Atomics.store(next, element, first);
    if (head.compareExchange(first, element) === first) return;
  }
}

const bare: Guard = (_, run) => run();
const mutex: Guard = (lock, run) => {
  while (lock.exchange(1) === 1);
  const result = run();
  lock.store(0);
  return result;
};

/** Takes two elements. */
const taker =
  (guard: Guard) =>
  (pool: Words): void => {
    for (let i = 0; i < 2; i++) guard(pool.lock, () => get(pool, 1));
  };

/** Takes two, and gives the first one back. */
const giver =
  (guard: Guard) =>
  (pool: Words): void => {
    const [first] = [1, 2].map(() => guard(pool.lock, () => get(pool, 2)));
    if (first !== 0) guard(pool.lock, () => put(pool, first));
  };

export const odinPool: Report = {
  id: 'odin-pool',
  title: 'ABA in the free list of a pool',
  sources: [{ project: 'odin-lang/Odin', number: 6822 }],
  about:
    'The free list of a pool is a stack without a tag. A thread reads the first free element and the one behind it, and is stopped. Another one takes both and gives the first one back. The compare-and-swap finds ' +
    'the element that it expects, and makes one that is in use the first free one. A stamp in each element shows that two threads have it.',
  repair: 'A mutex is around each access of the list, as in the pull request.',
  shows: 'property',
  broken: sample({
    words,
    threads: [taker(bare), giver(bare)],
    finally: ({ collisions }) => collisions === 0,
  }),
  repaired: sample({
    words,
    threads: [taker(mutex), giver(mutex)],
    finally: ({ collisions }) => collisions === 0,
  }),
};
