import type { ElementKind, Value } from './kinds.ts';

/** What is known of the bytes of a buffer: the names of what lies there, and how it is read. */
export interface Labels {
  /** What people call the element of a kind that begins with a byte: `head.index`. Without blanks, commas and `@` after a blank. */
  nameOf(start: number, kind: ElementKind): string;
  /** The element of a name that `nameOf` has given: its first byte, and its kind by name. Null if there is none. */
  named(name: string): { readonly start: number; readonly kind: string } | null;
  /** What it holds, as people read it. */
  show(start: number, kind: ElementKind, value: Value): string;
  /** What judgements see of the bytes. They are others when the next execution is judged. */
  valuesOf(bytes: Uint8Array): unknown;
}

const known = new WeakMap<object, Labels>();

/** Gives labels to the bytes of a buffer, before a check declares it. */
export function label(buffer: object, labels: Labels): void {
  known.set(buffer, labels);
}

export function labelsOf(buffer: object): Labels | null {
  return known.get(buffer) ?? null;
}
