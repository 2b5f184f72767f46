import type { Region } from '../declared-memory.ts';
import { platform } from '../platform.ts';
import { textOf } from '../text.ts';
import type { Value } from '../kinds.ts';

/** What a thread came to in a round. */
export interface ThreadEnd {
  readonly result?: unknown;
  /** What it threw, as text. */
  readonly thrown?: string;
}

/** What a round has come to that did not end. */
export const NO_END = 'no end';

const real = platform.arrays;

/** What the words hold, by name, from the bytes of each of them. */
export function valuesOf(regions: readonly Region[], bytes: readonly Uint8Array[]): Record<string, unknown> {
  const entries = regions.map(({ name, kind, isScalar }, i) => {
    const buffer = new platform.SharedArrayBuffer(bytes[i].length);
    new real.Uint8Array(buffer).set(bytes[i]);
    if (kind === null) return [name, buffer] as const;
    const array = new real[kind.name as 'Int32Array'](new real.Uint8Array(bytes[i]).buffer);
    return [name, isScalar ? array[0] : array] as const;
  });
  return Object.fromEntries(entries);
}

function shown(value: Value): string {
  if (typeof value === 'bigint') return `${value}n`;
  return Object.is(value, -0) ? '-0' : String(value);
}

function wordsText(regions: readonly Region[], values: Readonly<Record<string, unknown>>): string[] {
  return regions.flatMap(({ name, kind, isScalar }) => {
    if (kind === null) return [];
    const value = values[name];
    if (isScalar) return [`${name} ${shown(value as Value)}`];
    return [`${name} [${[...(value as Iterable<Value>)].map(shown).join(' ')}]`];
  });
}

/** How the outcome of a round is told: of one on the model and of one on real threads in the same way, as they are compared by it. */
export class Telling {
  readonly #regions: readonly Region[];
  readonly #isMade: boolean;
  readonly #outcome: ((values: unknown, results: readonly unknown[]) => unknown) | null;

  /** @param isMade true if the threads work on objects that `make` makes, so that the words are not told */
  constructor(
    regions: readonly Region[],
    isMade: boolean,
    outcome: ((values: unknown, results: readonly unknown[]) => unknown) | null,
  ) {
    this.#regions = regions;
    this.#isMade = isMade;
    this.#outcome = outcome;
  }

  /** @param values the words by name, or the objects over them */
  text(values: unknown, ends: readonly ThreadEnd[]): string {
    const threw = ends.some(({ thrown }) => thrown !== undefined);
    if (this.#outcome !== null && !threw) {
      const told = this.#outcome(
        values,
        ends.map(({ result }) => result),
      );
      return typeof told === 'string' ? told : textOf(told);
    }
    const words = this.#isMade ? [] : wordsText(this.#regions, values as Readonly<Record<string, unknown>>);
    const threads = ends.flatMap(({ result, thrown }, i) => {
      if (thrown !== undefined) return [`T${i + 1} throws ${thrown}`];
      return result === undefined ? [] : [`T${i + 1} returns ${textOf(result)}`];
    });
    return [...words, ...threads].join(' · ') || 'all threads end';
  }
}
