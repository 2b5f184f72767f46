/**
 * The long stress: naive reuse must be caught within two seconds in each of 100 runs, on a machine with nothing else to do and on one that
 * runs four busy processes beside it, and the other schemes must make 100 million operations, over all mixes and with one, two and four
 * threads for each core, with and without caches, without a finding, 2 million a scheme on each engine on a stack, and as many in all on a
 * list, with few keys and with some, and 20 million on each ring, to which all schemes are one. Prints the figures;
 * exit status 1 if any of this fails.
 * `--bounded` does a small part of it, in less than a minute; `--only naive` and `--only safe` do one of the two, and `--only rings` the rings alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { stress } from '../../dist/src/stress/stress.js';
import { isMixOfSets, MIX_NAMES } from '../../dist/src/stress/mixes.js';
import type { StressResult } from '../../dist/src/stress/result.js';
import { usualScheme } from '../../dist/src/laboratory/registry.js';
import { structureById } from '../../dist/src/laboratory/structures.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { stressText } from '../../dist/src/report/text/stress-text.js';

const SAFE = [
  'no-reclaim',
  'tagged',
  'hazard-pointers',
  'hazard-pointers:linger=on',
  'epochs',
  'epochs:region=8',
  'hazard-eras',
  'qsbr',
  'interval',
  'debra',
  'versions',
  'neutralization',
  'mark-sweep',
  'reference-counting',
  'reference-counting:cut=on',
  'hyaline',
  'hyaline:eras=on',
  'debra:free=one',
  'pass-the-pointer',
];
const LIMIT_S = 2;
const BUSY = 4;

const { values } = parseArgs({
  options: {
    naive: { type: 'string' },
    ops: { type: 'string' },
    bounded: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const runs = Number(values.naive ?? (values.bounded ? 10 : 100));
const ops = Number(values.ops ?? (values.bounded ? 2e6 : 100e6));

const began = performance.now();
const results: boolean[] = [];
const isOnly = (what: string): boolean => values.only === undefined || values.only === what;
if (isOnly('naive')) {
  results.push(await naive('auto'), await besideOthers(() => naive('auto', BUSY)));
  // For comparison only: without pauses the threads meet less often.
  await naive(false);
}
if (isOnly('safe')) {
  results.push(await safe('michael-scott', ops, ['atomics']));
  results.push(await safe('treiber-stack', values.bounded ? 1e6 : 16e6, ['atomics', 'wasm']));
  if (!values.bounded) results.push(await safe('michael-list', 16e6, ['atomics', 'wasm'], [16, 256]));
}
if (isOnly('safe') || isOnly('rings')) {
  for (const id of ['scq', 'vyukov-ring'])
    results.push(await safe(id, values.bounded ? 1e6 : 20e6, ['atomics', 'wasm']));
}
console.log(`all in ${((performance.now() - began) / 1000).toFixed(0)} s`);
process.exitCode = results.every(Boolean) ? 0 : 1;

/** Does something while other processes keep the machine busy. */
async function besideOthers<T>(work: () => Promise<T>): Promise<T> {
  const others: ChildProcess[] = [];
  try {
    for (let i = 0; i < BUSY; i++)
      others.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    return await work();
  } finally {
    for (const other of others) other.kill('SIGKILL');
  }
}

/** Runs naive reuse again and again and says how often and how soon damage was found. */
async function naive(perturb: 'auto' | false, busy = 0): Promise<boolean> {
  const times: number[] = [];
  const kinds = new Map<string, number>();
  let unsound = 0;
  for (let run = 0; run < runs; run++) {
    const result = await stress({ scheme: 'naive', slots: 16, seconds: LIMIT_S, perturb });
    if (!isAccounted(result)) unsound++;
    if (result.findings.length === 0) continue;
    times.push(result.seconds);
    const kind = result.findings[0].kind;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const caught = times.filter((seconds) => seconds <= LIMIT_S).length;
  const enough = caught === runs && unsound === 0;
  console.log(
    `naive, 16 slots, ${perturb === 'auto' ? 'with pauses (the default)' : 'without pauses (for comparison)'}, ${busy} busy processes beside it: ` +
      `caught within ${LIMIT_S} s in ${caught} of ${runs} runs ${verdictWord(enough)}`,
  );
  console.log(`  seconds: ${distribution(times)}`);
  console.log(`  first finding: ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
  return enough;
}

/**
 * Spreads the operations over the safe schemes, all mixes and several numbers of threads.
 *
 * @param keys of a set: from how many keys threads draw; left out of another structure
 */
async function safe(
  structure: string,
  most: number,
  engines: readonly string[],
  keys?: readonly number[],
): Promise<boolean> {
  const cores = availableParallelism();
  const mixes = keys === undefined ? MIX_NAMES.filter((mix) => !isMixOfSets(mix)) : MIX_NAMES;
  const drawn = keys?.map((count) => ({ keys: count })) ?? [{}];
  // A structure that takes no slots has one scheme, and nothing to cache.
  const { ROOTS } = structureById(structure);
  const tried = ROOTS === 0 ? [usualScheme({ ROOTS })] : SAFE;
  const caches = ROOTS === 0 ? [0] : [0, 4];
  const all = tried.flatMap((scheme) =>
    mixes.flatMap((mix) =>
      [1, 2, 4].flatMap((times) =>
        caches.flatMap((cache) =>
          engines.flatMap((engine) =>
            drawn.map((more) => ({
              structure,
              engine,
              scheme,
              mix,
              cache,
              threads: Math.max(2, times * cores),
              ...more,
            })),
          ),
        ),
      ),
    ),
  );
  // A run costs the start of its threads. Seven divides none of the numbers above, so that each of them comes with each other one.
  const cells = values.bounded ? all.filter((_, i) => i % 7 === 0) : all;
  let sound = true;
  let total = 0;
  for (const scheme of tried) {
    let [operations, seconds, findings, delivered, peak] = [0, 0, 0, 0, 0];
    for (const cell of cells.filter((each) => each.scheme === scheme)) {
      const result = await stress({ ...cell, ops: Math.ceil(most / cells.length) });
      operations += result.operations;
      seconds += result.seconds;
      delivered += result.history.delivered;
      peak = Math.max(peak, result.garbage.peak);
      if (result.verdict === 'as-claimed' && result.findings.length === 0 && isAccounted(result)) continue;
      findings++;
      console.log(stressText(result, plainStyle()));
    }
    sound &&= findings === 0;
    total += operations;
    const rate = (operations / seconds / 1e6).toFixed(2);
    console.log(
      `${structure} under ${scheme}: ${operations} operations, ${delivered} values delivered, ${seconds.toFixed(1)} s, ${rate} M/s, at most ${peak} unreclaimed, ${findings} findings`,
    );
  }
  console.log(
    `safe schemes on ${structure}: ${total} operations in all ${verdictWord(sound && total >= most)}`,
  );
  return sound && total >= most;
}

function isAccounted({ audit }: StressResult): boolean {
  const { reachable, inHand, retired, parked, free, leaked, surplus, slots } = audit;
  return reachable + inHand + retired + parked + free + leaked - surplus === slots;
}

function distribution(times: readonly number[]): string {
  if (times.length === 0) return 'none';
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => {
    const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
    return sorted[rank].toFixed(3);
  };
  return `least ${at(0)}, median ${at(0.5)}, 90 % ${at(0.9)}, 99 % ${at(0.99)}, most ${at(1)}`;
}

function verdictWord(good: boolean): string {
  return good ? '(ok)' : '(NOT ENOUGH)';
}
