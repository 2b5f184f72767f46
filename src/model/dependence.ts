import { cellsOf } from './request.ts';
import type { Footprint, ThreadState } from './thread-state.ts';

/**
 * Which steps of different threads may not change places. A step leaves a footprint: resources, and in which mode it touches each.
 * Words are resources; a judgement that sees more than words adds resources of its own. Two steps depend on each other if they touch a
 * resource in modes that conflict.
 */
export interface Dependence {
  /** How many resources there are, words included; a word's resource is its address. */
  readonly resources: number;
  /** The footprint of the step by which a thread came to stand at a place. */
  footprint(to: ThreadState): Footprint;
}

/** Conflicts with `WRITE` only. */
export const READ = 1;
/** Conflicts with everything. */
export const WRITE = 2;
/** Two kinds of access of which each conflicts with the other and not with itself. */
export const ONE_KIND = 4;
export const OTHER_KIND = 8;

/** For each set of modes those that conflict with one of them. */
const OPPOSED: Uint8Array = Uint8Array.from({ length: 16 }, (_, modes) => {
  let opposed = 0;
  if ((modes & READ) !== 0) opposed |= WRITE;
  if ((modes & WRITE) !== 0) opposed |= READ | WRITE;
  if ((modes & ONE_KIND) !== 0) opposed |= OTHER_KIND;
  if ((modes & OTHER_KIND) !== 0) opposed |= ONE_KIND;
  return opposed;
});

export function conflict(modes: number, others: number): boolean {
  return (OPPOSED[modes] & others) !== 0;
}

/** True if the steps may not change places. */
export function depend(a: Footprint, b: Footprint): boolean {
  for (let i = 0; i < a.length; i += 2) {
    for (let j = 0; j < b.length; j += 2) {
      if (a[i] === b[j] && (OPPOSED[a[i + 1]] & b[j + 1]) !== 0) return true;
    }
  }
  return false;
}

/** Gathers a footprint: each resource once, with all its modes. */
export class FootprintBuilder {
  readonly #touched: number[] = [];

  touch(resource: number, mode: number): this {
    const touched = this.#touched;
    for (let i = 0; i < touched.length; i += 2) {
      if (touched[i] !== resource) continue;
      touched[i + 1] |= mode;
      return this;
    }
    touched.push(resource, mode);
    return this;
  }

  build(): Footprint {
    return this.#touched;
  }
}

/** Keeps equal footprints once: there are few, and many steps that leave them. */
export class Footprints {
  readonly #root: Beginning = { footprint: null, longer: null };

  one(footprint: Footprint): Footprint {
    let at = this.#root;
    for (let i = 0; i < footprint.length; i += 2) {
      const key = footprint[i] * OPPOSED.length + footprint[i + 1];
      at.longer ??= new Map();
      let next = at.longer.get(key);
      if (next === undefined) {
        next = { footprint: null, longer: null };
        at.longer.set(key, next);
      }
      at = next;
    }
    at.footprint ??= footprint;
    return at.footprint;
  }
}

/** What footprints begin with: the footprint that ends there, if one does, and by the next resource and its modes those that go on. */
interface Beginning {
  footprint: Footprint | null;
  longer: Map<number, Beginning> | null;
}

/** The footprint of a step that is not made, since it is blocked while the words have these values. */
export function ofWaiting(waits: readonly number[]): Footprint {
  return waits.map((word, i) => (i % 2 === 0 ? word : READ));
}

/** The words that a step touches. A plain access goes with the step before it. */
export function memoryFootprint(to: ThreadState): FootprintBuilder {
  const builder = new FootprintBuilder();
  const { effect } = to;
  if (effect === null) return builder;
  const mode = effect.wrote ? WRITE : READ;
  for (const each of cellsOf(effect.request)) builder.touch(each, mode);
  for (const each of effect.mayWrite) builder.touch(each, WRITE);
  for (let i = 0; i < effect.waits.length; i += 2) builder.touch(effect.waits[i], READ);
  for (const { kind, address } of effect.shared) builder.touch(address, kind === 'poke' ? WRITE : READ);
  return builder;
}

/**
 * The dependence of memory alone: two steps depend on each other if they touch the same word and one of them writes. A
 * compare-and-swap that fails is a read. Enough for whatever can be told from the answers and the words at the end.
 */
export function memoryDependence(words: number): Dependence {
  return { resources: words, footprint: (to) => memoryFootprint(to).build() };
}

/**
 * Calls and returns as accesses of one more word: a call of one thread and a return of another may not change places, since which operation
 * came before which is what linearizability is about. Two calls may, and two returns.
 */
export function touchCalls(to: ThreadState, builder: FootprintBuilder, resource: number): void {
  if (to.effect === null) return;
  if (to.effect.begins !== null || to.effect.inner) builder.touch(resource, ONE_KIND);
  if (to.effect.answers !== '') builder.touch(resource, OTHER_KIND);
}
