/**
 * What an enqueue and a dequeue take one thread alone, in nanoseconds, as JSON: `node --import tsx bench/alone.ts SCHEME WAY`. A process
 * measures one scheme in one way, so that each call in the kernel meets one class. `bench/micro.ts --record` starts it.
 *
 * `plain` is the kernel of `atomics` on plain accesses, which are right for one thread alone: what is missing then is what atomic accesses take.
 */
import { geometryFor } from '../src/bench/scheme-contender.ts';
import { spreadOf } from '../src/bench/statistics.ts';
import { MANY } from '../src/bench/workloads.ts';
import { assembleInWasm } from '../src/engines/wasm/participant.ts';
import { loadModule } from '../src/engines/wasm/modules.ts';
import { createMemory } from '../src/engines/wasm/shared-memory.ts';
import { UsageError } from '../src/errors.ts';
import { Memory } from '../src/kernel/memory.ts';
import { VALUE } from '../src/kernel/structure.ts';
import { AtomicsMemory } from '../src/laboratory/atomics.ts';
import type { Batch } from '../src/laboratory/batch.ts';
import { assemble } from '../src/laboratory/participant.ts';
import { chooseScheme } from '../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../src/laboratory/shared.ts';
import { usualStructure } from '../src/laboratory/structures.ts';

/** Pairs of a burst, which is one sample. */
const BURST = 16_000;
const WARM_UP_MS = 200;
const MEASURED_MS = 700;

/** The kernel's words by plain accesses. */
class PlainMemory extends Memory {
  readonly words: Int32Array;

  constructor(words: Int32Array) {
    super();
    this.words = words;
  }

  load(_step: number, address: number): number {
    return this.words[address];
  }

  store(_step: number, address: number, value: number): void {
    this.words[address] = value;
  }

  cas(_step: number, address: number, expected: number, desired: number): boolean {
    if (this.words[address] !== expected) return false;
    this.words[address] = desired;
    return true;
  }

  exchange(_step: number, address: number, value: number): number {
    const before = this.words[address];
    this.words[address] = value;
    return before;
  }

  add(_step: number, address: number, value: number): number {
    return this.exchange(0, address, (this.words[address] + value) | 0);
  }

  or(_step: number, address: number, bits: number): number {
    return this.exchange(0, address, this.words[address] | bits);
  }

  peek(address: number): number {
    return this.words[address];
  }

  poke(address: number, value: number): void {
    this.words[address] = value;
  }
}

/** Makes MANY pairs of one thread in some way, and answers with how many values came out. */
type Turn = () => number;

function oneByOne({ put, take }: { put(value: number): number; take(): number }): Turn {
  return () => {
    let taken = 0;
    for (let i = 0; i < MANY; i++) {
      put(i);
      if (take() === VALUE) taken++;
    }
    return taken;
  };
}

function byCalls({ putMany, takeMany }: Batch): Turn {
  return () => {
    putMany(MANY);
    return takeMany(MANY);
  };
}

async function turnOf(spec: string, way: string): Promise<Turn> {
  const choice = await chooseScheme(spec);
  const chain = way === 'wasm-chained' ? MANY : 1;
  const sizes = { ...geometryFor(choice, { capacity: 1000, threads: 1 }, usualStructure, {}, chain), chain };
  if (way === 'atomics' || way === 'plain') {
    const words = attachWords(createBuffer(sizes, choice));
    const memory = way === 'plain' ? new PlainMemory(words) : new AtomicsMemory(words);
    const { structure } = assemble(memory, 1, choice.scheme);
    return oneByOne({ put: (value) => structure.put(value), take: () => structure.take() });
  }
  const { structure, batch, chains } = assembleInWasm(createMemory(sizes, choice), 1, loadModule(choice));
  if (way === 'wasm') return oneByOne(structure);
  const calls = { 'wasm-batched': batch, 'wasm-chained': chains }[way] ?? null;
  if (calls === null) throw new UsageError(`${spec} cannot be measured by ${way}.`);
  return byCalls(calls);
}

/** Nanoseconds of a pair, burst by burst, for so long. */
function bursts(turn: Turn, ms: number): number[] {
  const all: number[] = [];
  const until = performance.now() + ms;
  for (let began = performance.now(); began < until; began = performance.now()) {
    let taken = 0;
    for (let i = 0; i < BURST / MANY; i++) taken += turn();
    all.push(((performance.now() - began) * 1e6) / BURST);
    if (taken !== BURST) throw new Error(`Of ${BURST} values ${taken} came out.`);
  }
  return all;
}

const [scheme = 'tagged', way = 'atomics'] = process.argv.slice(2);
const turn = await turnOf(scheme, way);
bursts(turn, WARM_UP_MS);
console.log(JSON.stringify(spreadOf(bursts(turn, MEASURED_MS))));
