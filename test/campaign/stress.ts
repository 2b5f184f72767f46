/**
 * The long stress: naive reuse must be caught within two seconds in each of 100 runs, on a machine with nothing else to do and on one that
 * runs four busy processes beside it; and every structure must make many million operations, spread over the schemes under which it is safe,
 * the engines that it has there, all its mixes, one, two and four threads for each core, with and without caches, and a set with few keys
 * and with some, without a finding. Prints the figures; exit status 1 if any of this fails.
 * `--bounded` does a small part of it, in about a minute; `--only naive` and `--only safe` do one of the two, `--only ID` one structure.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { StressOptions } from '../../dist/src/stress/options.js';
import { stress } from '../../dist/src/stress/stress.js';
import { isMixOfSets, LONGEST_CHAIN, MIX_NAMES, type MixName } from '../../dist/src/stress/mixes.js';
import type { StressResult } from '../../dist/src/stress/result.js';
import {
  chooseScheme,
  compiledSchemes,
  takesNoSlots,
  unsafeUnder,
  usualScheme,
} from '../../dist/src/laboratory/registry.js';
import { chainsOf } from '../../dist/src/laboratory/batch.js';
import { cardOfStructure, structureById } from '../../dist/src/laboratory/structures.js';
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

/** How much of a structure is run in full. */
interface Share {
  readonly id: string;
  readonly ops: number;
  /** A run costs the start of its threads, so only each run of so many is made: a prime that divides no number of choices, so that each choice meets each other. */
  readonly every: number;
}

const SHARES: readonly Share[] = [
  { id: 'michael-scott', ops: 100e6, every: 1 },
  { id: 'treiber-stack', ops: 20e6, every: 5 },
  { id: 'michael-list', ops: 20e6, every: 11 },
  { id: 'harris-list', ops: 20e6, every: 11 },
  { id: 'scot-list', ops: 20e6, every: 11 },
  { id: 'hash-set', ops: 20e6, every: 11 },
  { id: 'segments', ops: 20e6, every: 5 },
  { id: 'scq', ops: 20e6, every: 1 },
  { id: 'vyukov-ring', ops: 20e6, every: 1 },
  { id: 'shann-ring', ops: 20e6, every: 1 },
  { id: 'chase-lev', ops: 20e6, every: 1 },
];
/** Operations on a structure in the bounded form, in which it is run once under each scheme. */
const BOUNDED_OPS = 0.5e6;

const { values } = parseArgs({
  options: {
    naive: { type: 'string' },
    ops: { type: 'string' },
    bounded: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const runs = Number(values.naive ?? (values.bounded ? 10 : 100));

const began = performance.now();
const results: boolean[] = [];
const isOnly = (...names: string[]): boolean => values.only === undefined || names.includes(values.only);
if (isOnly('naive')) {
  results.push(await naive('auto'), await besideOthers(() => naive('auto', BUSY)));
  // For comparison only: without pauses the threads meet less often.
  await naive(false);
}
for (const share of SHARES.filter(({ id }) => isOnly('safe', id))) results.push(await safe(share));
console.log(`all in ${((performance.now() - began) / 1000).toFixed(0)} s`);
process.exitCode = results.length > 0 && results.every(Boolean) ? 0 : 1;

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

type Cell = StressOptions & { readonly scheme: string };

/** All runs of a structure that differ: a structure that takes no slots has one scheme, and nothing to cache. */
async function cellsOf(id: string): Promise<Cell[]> {
  const structure = structureById(id);
  const cores = availableParallelism();
  const isSet = cardOfStructure(structure).order === 'SET';
  const mixesUnder = (choice: Parameters<typeof chainsOf>[0]): readonly MixName[] =>
    MIX_NAMES.filter((mix) => isSet || !isMixOfSets(mix)).filter(
      (mix) => mix !== 'chains' || chainsOf(choice, structure, LONGEST_CHAIN) > 0,
    );
  const isSlotless = takesNoSlots(structure);
  const compiled = compiledSchemes(structure).map(({ ID }) => ID);
  const choices = await Promise.all(
    (isSlotless ? [usualScheme(structure)] : SAFE).map((scheme) => chooseScheme(scheme)),
  );
  return choices
    .filter((choice) => unsafeUnder(structure, choice) === null)
    .flatMap((choice) => {
      const {
        scheme: { ID },
        spec: scheme,
      } = choice;
      return mixesUnder(choice).flatMap((mix) =>
        [1, 2, 4].flatMap((times) =>
          (isSlotless ? [0] : [0, 4]).flatMap((cache) =>
            (compiled.includes(ID) ? ['atomics', 'wasm'] : ['atomics']).flatMap((engine) =>
              (isSet ? [{ keys: 16 }, { keys: 256 }] : [{}]).map((keys) => ({
                structure: id,
                engine,
                scheme,
                mix,
                cache,
                threads: Math.max(2, times * cores),
                ...keys,
              })),
            ),
          ),
        ),
      );
    });
}

/** In the bounded form a run under each scheme, each time with other choices: a prime further in the row of those that there are. */
function oneOfEach(cells: readonly Cell[]): Cell[] {
  const schemes = [...new Set(cells.map(({ scheme }) => scheme))];
  return schemes.map((scheme, i) => {
    const own = cells.filter((cell) => cell.scheme === scheme);
    return own[(i * 11) % own.length]!;
  });
}

/** Spreads the operations over the runs of a structure under the schemes that it is safe under. */
async function safe({ id, ops, every }: Share): Promise<boolean> {
  const all = await cellsOf(id);
  const cells = values.bounded ? oneOfEach(all) : all.filter((_, i) => i % every === 0);
  const most = Number(values.ops ?? (values.bounded ? BOUNDED_OPS : ops));
  let sound = true;
  let total = 0;
  for (const scheme of new Set(cells.map((cell) => cell.scheme))) {
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
      `${id} under ${scheme}: ${operations} operations, ${delivered} values delivered, ${seconds.toFixed(1)} s, ${rate} M/s, at most ${peak} unreclaimed, ${findings} findings`,
    );
  }
  console.log(
    `safe schemes on ${id}: ${total} operations in ${cells.length} runs ${verdictWord(sound && total >= most)}`,
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
