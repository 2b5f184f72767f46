// A program that observes checks of its own, twice. Its argument is how many rounds it makes.
import { observe } from 'lockfree-lab/explore';

console.log('begin');
const times = Number(process.argv[2]);
const increment = ({ counter }) => {
  const before = counter.load();
  counter.store(before + 1);
};
const asked = {
  module: import.meta.url,
  words: { counter: 0 },
  threads: [increment, increment],
  times,
  seconds: 1e6,
};
const first = await observe(asked);
console.log(String(first.outcomes.map(({ outcome }) => outcome).toSorted()));

const second = await observe({ ...asked, outcome: ({ counter }) => `taken ${counter}` });
console.log(String(second.outcomes.map(({ outcome }) => outcome).toSorted()));
