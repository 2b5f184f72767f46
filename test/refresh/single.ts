import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { geometryFor } from '../../src/bench/scheme-contender.ts';
import { VALUE } from '../../src/kernel/structure.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { markdownTable, recordedOn } from './table.ts';

/** Nanoseconds: the least of all samples, the middle one, and the upper quartile. */
interface Spread {
  readonly least: number;
  readonly median: number;
  readonly upper: number;
}

/** What `npm run costs:single` has measured. */
interface Single {
  /** When it was begun, in ISO 8601. */
  readonly begun: string;
  /** The processor, the system and the versions of Node and V8. */
  readonly machine: string;
  /** Single accesses, and the like, by the names that bench/micro.ts gives them. */
  readonly accesses: readonly ({ readonly name: string } & Spread)[];
  /** An enqueue and a dequeue of one thread alone. */
  readonly pairs: readonly ({ readonly scheme: string; readonly way: string } & Spread)[];
}

const FILE = join(import.meta.dirname, '../../bench/single.json');

const KINDS = ['load', 'store', 'cas', 'exchange', 'add', 'or', 'plain'] as const;
type Counts = Record<(typeof KINDS)[number], number>;

/** Counts the accesses of each kind. */
class CountingMemory extends AtomicsMemory {
  counts: Counts = { load: 0, store: 0, cas: 0, exchange: 0, add: 0, or: 0, plain: 0 };

  override load(step: number, address: number): number {
    this.counts.load++;
    return super.load(step, address);
  }

  override store(step: number, address: number, value: number): void {
    this.counts.store++;
    super.store(step, address, value);
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    this.counts.cas++;
    return super.cas(step, address, expected, desired);
  }

  override exchange(step: number, address: number, value: number): number {
    this.counts.exchange++;
    return super.exchange(step, address, value);
  }

  override add(step: number, address: number, value: number): number {
    this.counts.add++;
    return super.add(step, address, value);
  }

  override or(step: number, address: number, bits: number): number {
    this.counts.or++;
    return super.or(step, address, bits);
  }

  override peek(address: number): number {
    this.counts.plain++;
    return super.peek(address);
  }

  override poke(address: number, value: number): void {
    this.counts.plain++;
    super.poke(address, value);
  }
}

const PAIRS = 1024;

/** The accesses of an enqueue and a dequeue of one thread alone, on average, as the benchmark has its laboratory; after as many pairs for warm-up. */
async function countedPair(spec: string): Promise<Counts> {
  const choice = await chooseScheme(spec);
  const words = attachWords(createBuffer(geometryFor(choice, { capacity: 1000, threads: 1 }), choice));
  const memory = new CountingMemory(words);
  const { structure } = assemble(memory, 1, choice.scheme);
  let taken = 0;
  const pairs = (): void => {
    for (let i = 0; i < PAIRS; i++) {
      structure.put(i);
      if (structure.take() === VALUE) taken++;
    }
  };
  pairs();
  const before = { ...memory.counts };
  pairs();
  if (taken !== 2 * PAIRS) throw new Error(`Of ${2 * PAIRS} values ${taken} came out under ${spec}.`);
  return Object.fromEntries(
    KINDS.map((kind) => [kind, (memory.counts[kind] - before[kind]) / PAIRS]),
  ) as Counts;
}

const ns = (of: Spread | undefined, digits: number): string =>
  of === undefined
    ? '–'
    : `${of.median.toFixed(digits)} (${[of.least, of.upper].map((each) => each.toFixed(digits)).join(' to ')})`;

const ACCESSES: readonly (readonly [name: string, inJavaScript: string | null, inWasm: string | null])[] = [
  ['plain read', 'plain read', null],
  ['plain write', 'plain write', null],
  ['load', 'Atomics.load', 'wasm: atomic load'],
  ['store', 'Atomics.store', 'wasm: atomic store'],
  ['compare-and-swap', 'Atomics.compareExchange', 'wasm: atomic compare and exchange'],
  ['exchange', 'Atomics.exchange', 'wasm: atomic exchange'],
  ['add', 'Atomics.add', 'wasm: atomic add'],
  ['the loop alone', 'nothing (the loop alone)', 'wasm: nothing (the loop alone)'],
  ['a call of an empty function from JavaScript', null, 'wasm: a call of an empty function'],
  ['a look at the clock', 'performance.now', null],
];

const COUNTED: readonly (readonly [name: string, kind: keyof Counts])[] = [
  ['`Atomics.load`', 'load'],
  ['`Atomics.store`', 'store'],
  ['`Atomics.compareExchange`', 'cas'],
  ['`Atomics.exchange`', 'exchange'],
  ['`Atomics.add`', 'add'],
  ['`Atomics.or`', 'or'],
  ["plain accesses to the thread's own words", 'plain'],
];

const WAYS: readonly (readonly [name: string, way: string])[] = [
  ['ns on `atomics`', 'atomics'],
  ['the same kernel with plain accesses in place of all of `Atomics`', 'plain'],
  ['ns on `wasm`, a call for each operation', 'wasm'],
  ['16 operations a call', 'wasm-batched'],
  ['16 operations a call, by one step', 'wasm-chained'],
  ['ns of the reference in C++', 'c++'],
  ['the same with the bookkeeping that the auditor reads', 'c++ with accounting'],
];

/** What single accesses take, and an enqueue and a dequeue of one thread alone, as Markdown. */
export async function singleTables(
  { begun, machine, accesses, pairs }: Single = JSON.parse(readFileSync(FILE, 'utf8')) as Single,
): Promise<string> {
  const single = (name: string | null): string =>
    name === null
      ? ''
      : ns(
          accesses.find((each) => each.name === name),
          1,
        );
  const schemes = [...new Set(pairs.map(({ scheme }) => scheme))];
  const of = (scheme: string, way: string): Spread | undefined =>
    pairs.find((each) => each.scheme === scheme && each.way === way);
  const counts = await Promise.all(schemes.map(countedPair));
  const counted = COUNTED.filter(([, kind]) => counts.some((each) => each[kind] > 0)).map(([name, kind]) => [
    name,
    ...counts.map((each) => String(Math.round(10 * each[kind]) / 10)),
  ]);
  const measured = WAYS.map(([name, way]) => [name, ...schemes.map((scheme) => ns(of(scheme, way), 0))]);
  const share = schemes.map((scheme) => {
    const [all, plain] = [of(scheme, 'atomics'), of(scheme, 'plain')];
    return all && plain ? `${Math.round(100 * (1 - plain.median / all.median))} %` : '–';
  });
  measured.splice(2, 0, ['so much of it is the price of `Atomics`', ...share]);
  return [
    markdownTable(
      ['ns', 'JavaScript', 'a module'],
      ACCESSES.map(([name, ...each]) => [name, ...each.map(single)]),
      1,
    ),
    markdownTable(
      ['an enqueue and a dequeue', ...schemes.map((scheme) => `\`${scheme}\``)],
      [...counted, ...measured],
      1,
    ),
    `${recordedOn(begun, machine)}. Each is the median of its samples, with the least and the upper quartile. The accesses are counted anew by \`npm run refresh\`, on average to a tenth.`,
  ].join('\n\n');
}
