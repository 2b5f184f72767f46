// Checks that several threads share, in the tests beside this file.

const ticket = ({ next, serving, counter }) => {
  const mine = next.add(1);
  while (serving.load() !== mine);
  counter.value++;
  serving.store(mine + 1);
};

export const lock = {
  words: { next: 0, serving: 0, counter: 0 },
  threads: [ticket, ticket, ticket],
  symmetry: false,
  finally: ({ counter }) => counter === 3,
};

const adds = ({ x, y }) => [x.add(1), y.add(1), x.add(1)];

export const counters = { words: { x: 0, y: 0 }, threads: [adds, adds, adds] };

/** Some of its executions lose an update. */
const careless = ({ x, y }) => {
  y.add(1);
  const before = x.load();
  y.add(1);
  x.store(before + 1);
};

export const lost = {
  words: { x: 0, y: 0 },
  threads: [careless, careless, careless],
  finally: ({ x }) => x >= 2,
};

/** Two words race, one after the other. */
const plain = ({ x, y, flag }, thread) => {
  x.value = 1;
  if (flag.load() === 1) y.value += 1;
  flag.store(1);
  return thread.choose(2) + y.value;
};

export const racing = { words: { x: 0, y: 0, flag: 0 }, threads: [plain, plain], races: 'allow' };
export const forbidden = { ...racing, races: 'forbid' };

const named = ({ x }, thread) => x.add(thread.number) + x.add(1);

export const byNumber = { words: { x: 0 }, threads: [named, named, named] };

const politely =
  (me) =>
  ({ wants, counter }) => {
    for (;;) {
      Atomics.store(wants, me, 1);
      if (Atomics.load(wants, 1 - me) === 0) break;
      Atomics.store(wants, me, 0);
    }
    counter.value++;
    Atomics.store(wants, me, 0);
  };

export const polite = {
  words: { wants: [0, 0], counter: 0 },
  threads: [politely(0), politely(1)],
  finally: ({ counter }) => counter === 2,
};

export const byChance = { ...counters, strategy: 'pos', maxExecutions: 700 };
export const lostByChance = { ...lost, strategy: 'random-walk', seed: 3 };
export const bounded = { ...counters, preemptions: 2 };
export const pct = { ...counters, strategy: 'pct' };
export const some = { ...counters, maxExecutions: 5 };
export const asynchronous = { words: { x: 0 }, threads: [async ({ x }) => x.load()] };
