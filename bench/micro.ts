/**
 * What single things cost, uncontended, in nanoseconds: `node --import tsx bench/micro.ts`, after `npm run build`. With `--record` it measures
 * single accesses, and what an enqueue and a dequeue take in several ways (bench/alone.ts), and keeps them in bench/single.json, from which
 * `npm run refresh` makes tables: `npm run costs:single`, where nothing else runs.
 *
 * A sample of tinybench is a batch, since its own cost for a sample is more than that of an atomic operation. Every scheme runs in a
 * worker of its own: in one isolate the kernel's calls would meet the classes of five schemes, and none of them would be inlined.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bench } from 'tinybench';
import { schemeContender } from '../src/bench/scheme-contender.ts';
import { WorkerSession } from '../src/bench/session.ts';
import { thisMachine } from '../src/bench/result-file.ts';
import { spreadOf } from '../src/bench/statistics.ts';
import { audit } from '../src/judge/audit/audit.ts';
import { AtomicsMemory } from '../src/laboratory/atomics.ts';
import { chooseScheme, schemes } from '../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../src/laboratory/shared.ts';
import { Geometry } from '../src/kernel/layout.ts';
import { machineText } from '../src/report/text/bench-figures.ts';
import { peers } from './peers/index.ts';
import { reference } from './peers/native/index.ts';
import { primitives } from './primitives.ts';

const BATCH = 100_000;
const SLOTS = 10_000;
const ROUND_MS = 50;
const isRecording = process.argv.includes('--record');
const begun = new Date().toISOString();

const bench = new Bench({ time: 300, warmupTime: 100, iterations: 5, throws: true });
const words = new Int32Array(new SharedArrayBuffer(256));
let checksum = 0;

/** A task of batches: `body` does what is to be measured this many times. */
function batches(name: string, times: number, body: () => number): void {
  bench.add(name, () => {
    const began = bench.now();
    checksum ^= body();
    const took = bench.now() - began;
    return { overriddenDuration: took / times, overriddenIterationCost: took };
  });
}

// Each loop is written out, so that each is compiled by itself.
batches('nothing (the loop alone)', BATCH, () => {
  let sum = 0;
  for (let i = 0; i < BATCH; i++) sum = (sum + i) | 0;
  return sum;
});
batches('plain read', BATCH, () => {
  let sum = 0;
  for (let i = 0; i < BATCH; i++) sum = (sum + words[i & 63]) | 0;
  return sum;
});
batches('plain write', BATCH, () => {
  for (let i = 0; i < BATCH; i++) words[i & 63] = i;
  return words[0];
});
batches('Atomics.load', BATCH, () => {
  let sum = 0;
  for (let i = 0; i < BATCH; i++) sum = (sum + Atomics.load(words, 0)) | 0;
  return sum;
});
batches('Atomics.store', BATCH, () => {
  for (let i = 0; i < BATCH; i++) Atomics.store(words, 0, i);
  return words[0];
});
batches('Atomics.compareExchange', BATCH, () => {
  words[0] = 0;
  for (let i = 0; i < BATCH; i++) Atomics.compareExchange(words, 0, i, i + 1);
  return words[0];
});
batches('Atomics.exchange', BATCH, () => {
  for (let i = 0; i < BATCH; i++) Atomics.exchange(words, 0, i);
  return words[0];
});
batches('Atomics.add', BATCH, () => {
  for (let i = 0; i < BATCH; i++) Atomics.add(words, 0, 1);
  return words[0];
});
batches('performance.now', 1000, () => {
  let sum = 0;
  for (let i = 0; i < 1000; i++) sum += performance.now();
  return sum | 0;
});

const buffer = createBuffer({ slots: SLOTS, threads: 2 }, await chooseScheme('tagged'));
const { link } = new Geometry(new AtomicsMemory(attachWords(buffer)));
batches('PointerFormat.index', BATCH, () => {
  let sum = 0;
  for (let i = 0; i < BATCH; i++) sum ^= link.index(i);
  return sum;
});
batches('PointerFormat.bump', BATCH, () => {
  let word = 0;
  for (let i = 0; i < BATCH; i++) word = link.bump(word, i & 1023);
  return word;
});
const inWasm = await primitives();
batches('wasm: a call of an empty function', BATCH, () => {
  const { nothing } = inWasm;
  for (let i = 0; i < BATCH; i++) nothing();
  return 0;
});
for (const [name, title] of [
  ['loop', 'wasm: nothing (the loop alone)'],
  ['loads', 'wasm: atomic load'],
  ['stores', 'wasm: atomic store'],
  ['swaps', 'wasm: atomic compare and exchange'],
  ['exchanges', 'wasm: atomic exchange'],
  ['adds', 'wasm: atomic add'],
] as const) {
  batches(title, BATCH, () => inWasm[name](BATCH));
}
batches('wasm: PointerFormat.bump', BATCH, () => inWasm.bumps(BATCH));
batches(`audit, a slot of ${SLOTS}`, SLOTS, () => audit(attachWords(buffer)).free);

const CONDITIONS = {
  workload: 'pairs',
  threads: 1,
  think: false,
  prefill: 0,
  capacity: 1000,
  seed: 1,
} as const;

/** All schemes on `atomics`, and the peers, are tasks as well. */
async function addContenders(sessions: WorkerSession[]): Promise<void> {
  const choices = await Promise.all(schemes.map(({ ID }) => chooseScheme(ID)));
  for (const contender of [
    ...choices.map((choice) => schemeContender(choice, 'atomics')),
    ...peers.filter((peer) => peer.refusal('pairs', 1) === null),
  ]) {
    const session = await WorkerSession.open(contender, CONDITIONS);
    sessions.push(session);
    const round = async (): Promise<object> => {
      const { seconds, operations } = await session.round(ROUND_MS);
      return {
        overriddenDuration: (2000 * seconds) / operations,
        overriddenIterationCost: 1000 * seconds,
      };
    };
    bench.add(`${contender.scheme}: enqueue and dequeue`, round, { async: true });
  }
}

const sessions: WorkerSession[] = [];
try {
  if (!isRecording) await addContenders(sessions);
  await bench.run();
} finally {
  await Promise.all(sessions.map((session) => session.end()));
}

const machine = machineText(thisMachine());
const rows = bench.tasks.map(({ name, result }) => {
  if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
  const { p50, p75, min, max, samplesCount } = result.latency;
  const [least, middle, upper, most] = [min, p50, p75, max].map((ms) => ms * 1e6);
  return { name, median: middle!, least: least!, upper: upper!, max: most!, samples: samplesCount };
});

/** The schemes whose reference is measured beside them, and one more. */
const TOLD = ['tagged', 'hazard-pointers', 'hazard-pointers:linger=on', 'epochs'];
const WAYS = ['atomics', 'plain', 'wasm', 'wasm-batched', 'wasm-chained'];
const ROUNDS = 12;

/** What a pair takes in some way, in a process of its own. */
function alone(scheme: string, way: string): object {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'alone.ts'), scheme, way],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status !== 0) throw new Error(`bench/alone.ts ${scheme} ${way} ended with status ${status}.`);
  return JSON.parse(stdout) as object;
}

/** What it takes the reference in C++; null if it cannot be had. */
async function inReference(scheme: string, accounting: boolean): Promise<object | null> {
  const found = await reference(await chooseScheme(scheme), { accounting });
  if ('missing' in found) return null;
  const session = await found.program.open(CONDITIONS);
  try {
    await session.round(ROUND_MS);
    const ns: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const { seconds, operations } = await session.round(ROUND_MS);
      ns.push((2e9 * seconds) / operations);
    }
    await session.settle();
    return spreadOf(ns);
  } finally {
    await session.end();
  }
}

function shortened(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(2)) : value;
}

/** Keeps all that is told of one thread alone. */
async function record(): Promise<void> {
  const pairs: object[] = [];
  for (const scheme of TOLD) {
    for (const way of WAYS) pairs.push({ scheme, way, ...alone(scheme, way) });
    // The reference takes its hazards back.
    if (scheme.includes(':')) continue;
    for (const accounting of [false, true]) {
      const figures = await inReference(scheme, accounting);
      const way = accounting ? 'c++ with accounting' : 'c++';
      if (figures !== null) pairs.push({ scheme, way, ...figures });
    }
  }
  const accesses = rows.map(({ name, least, median: middle, upper }) => ({
    name,
    least,
    median: middle,
    upper,
  }));
  const file = join(import.meta.dirname, 'single.json');
  writeFileSync(file, `${JSON.stringify({ begun, machine, accesses, pairs }, shortened, 2)}\n`);
}

if (isRecording) await record();
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ schemaVersion: 1, machine, unit: 'ns', rows }, null, 2));
} else {
  const heads = ['median', 'least', 'upper', 'max ns', 'samples'].map((head) => head.padStart(9)).join('');
  const lines = rows.map(({ name, samples, ...figures }) => {
    const shown = Object.values(figures).map((ns) => ns.toFixed(2).padStart(9));
    return `${name.padEnd(40)}${shown.join('')}${String(samples).padStart(9)}`;
  });
  console.log([machine, `${''.padEnd(40)}${heads}`, ...lines, `checksum ${checksum}`].join('\n'));
}
