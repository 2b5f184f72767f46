/**
 * What single things cost, uncontended, in nanoseconds: `node --import tsx bench/micro.ts`, after `npm run build`.
 *
 * A sample of tinybench is a batch, since its own cost for a sample is more than that of an atomic operation. Every scheme runs in a
 * worker of its own: in one isolate the kernel's calls would meet the classes of five schemes, and none of them would be inlined.
 */
import { cpus, release, type as platform } from 'node:os';
import { Bench } from 'tinybench';
import { schemeContender } from '../src/bench/scheme-contender.ts';
import { WorkerSession } from '../src/bench/session.ts';
import { audit } from '../src/judge/audit/audit.ts';
import { AtomicsMemory } from '../src/laboratory/atomics.ts';
import { chooseScheme, schemes } from '../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../src/laboratory/shared.ts';
import { Geometry } from '../src/kernel/layout.ts';
import { peers } from './peers/index.ts';
import { primitives } from './primitives.ts';

const BATCH = 100_000;
const SLOTS = 10_000;
const ROUND_MS = 50;

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

const sessions: WorkerSession[] = [];
try {
  const contenders = [
    ...(await Promise.all(schemes.map(({ ID }) => chooseScheme(ID)))).map((choice) =>
      schemeContender(choice, 'atomics'),
    ),
    ...peers.filter((contender) => contender.refusal('pairs', 1) === null),
  ];
  for (const contender of contenders) {
    const session = await WorkerSession.open(contender, {
      workload: 'pairs',
      threads: 1,
      think: false,
      prefill: 0,
      capacity: 1000,
      seed: 1,
    });
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
  await bench.run();
} finally {
  await Promise.all(sessions.map((session) => session.end()));
}

const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores; ${platform()} ${release()}; Node ${process.versions.node}, V8 ${process.versions.v8}`;
const rows = bench.tasks.map(({ name, result }) => {
  if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
  const { p50, min, max, samplesCount } = result.latency;
  return { name, median: p50 * 1e6, min: min * 1e6, max: max * 1e6, samples: samplesCount };
});
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ schemaVersion: 1, machine, unit: 'ns', rows }, null, 2));
} else {
  const heads = ['median', 'min', 'max ns', 'samples'].map((head) => head.padStart(9)).join('');
  const lines = rows.map(({ name, samples, ...figures }) => {
    const shown = Object.values(figures).map((ns) => ns.toFixed(2).padStart(9));
    return `${name.padEnd(40)}${shown.join('')}${String(samples).padStart(9)}`;
  });
  console.log([machine, `${''.padEnd(40)}${heads}`, ...lines, `checksum ${checksum}`].join('\n'));
}
