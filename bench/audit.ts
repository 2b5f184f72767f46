/**
 * How long an audit takes, and that it is in proportion to the slots: `node --import tsx bench/audit.ts`.
 *
 * `in order` is a fresh slab, nearly all of it on the free list, whose next words lead from each slot to its neighbour. `shuffled` has
 * a third of the slots in the queue, a third on the free list and the rest on ten retired lists, each in random order, so that every
 * step of a walk is a cache miss where it can be one.
 */
import { cpus, release, type as platform } from 'node:os';
import { Bench } from 'tinybench';
import { audit } from '../src/judge/audit/audit.ts';
import { chooseScheme } from '../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../src/laboratory/shared.ts';
import {
  FREE_TOP,
  LISTS,
  LIST_TOP,
  LIST_WORDS,
  MIN_STRIDE,
  recordsBase,
  recordWords,
  R_LISTS,
  S_LIMBO,
  slotsBase,
  S_NEXT,
} from '../src/kernel/layout.ts';
import { HEAD, TAIL } from '../src/kernel/structures/michael-scott.ts';

const THREADS = 2;
const SIZES = [1_000, 10_000, 100_000, 1_000_000];

/** A linear congruential generator (Numerical Recipes), so that every run audits the same slabs. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function inOrder(slots: number): Promise<Int32Array> {
  return attachWords(createBuffer({ slots, threads: THREADS }, await chooseScheme('naive')));
}

async function shuffled(slots: number): Promise<Int32Array> {
  const words = await inOrder(slots);
  const below = random(1);
  const order = Array.from({ length: slots }, (_, i) => i + 1);
  for (let i = slots - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  const chain = (slotsOf: readonly number[], word: number): void => {
    for (const [i, slot] of slotsOf.entries()) {
      words[slotsBase(THREADS, 2, 0) + slot * MIN_STRIDE + word] = slotsOf[i + 1] ?? 0;
    }
  };
  const third = Math.floor(slots / 3);
  const queue = order.slice(0, third);
  const free = order.slice(third, 2 * third);
  chain(queue, S_NEXT);
  chain(free, S_NEXT);
  [words[HEAD], words[TAIL], words[FREE_TOP]] = [queue[0], queue[third - 1], free[0]];
  const lists = THREADS * LISTS;
  for (let n = 0; n < lists; n++) {
    const retired = order.slice(2 * third).filter((_, i) => i % lists === n);
    const record = recordsBase(2, 0) + Math.floor(n / LISTS) * recordWords(THREADS);
    words[record + R_LISTS + (n % LISTS) * LIST_WORDS + LIST_TOP] = retired[0];
    chain(retired, S_LIMBO);
  }
  return words;
}

const bench = new Bench({ time: 1000, warmup: true, warmupTime: 300 });
let checksum = 0;
for (const slots of SIZES) {
  for (const [layout, make] of [
    ['in order', inOrder],
    ['shuffled', shuffled],
  ] as const) {
    const words = await make(slots);
    const { leaked, surplus } = audit(words);
    if (leaked + surplus !== 0) throw new Error(`The slab of ${slots} slots ${layout} is not sound.`);
    bench.add(`${String(slots).padStart(9)} slots  ${layout}`, () => {
      checksum ^= audit(words).free;
    });
  }
}
await bench.run();

const lines = bench.tasks.map(({ name, result }) => {
  if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
  const { p50, min, max, samplesCount } = result.latency;
  const figures = [p50, min, max].map((ms) => ms.toFixed(3).padStart(9)).join('');
  const perSlot = ((p50 * 1e6) / Number.parseInt(name, 10)).toFixed(1).padStart(9);
  return `${name}${figures}${perSlot}${String(samplesCount).padStart(9)}`;
});
console.log(
  [
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores; ${platform()} ${release()}; Node ${process.versions.node}, V8 ${process.versions.v8}`,
    `${''.padEnd(25)}${['median', 'min', 'max ms', 'ns/slot', 'samples'].map((head) => head.padStart(9)).join('')}`,
    ...lines,
    `checksum ${checksum}`,
  ].join('\n'),
);
