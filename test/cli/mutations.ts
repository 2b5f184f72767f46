import * as fc from 'fast-check';
import { sealed, sealedLines } from '../../dist/src/observe/seal.js';

/** What takes the place of a member of a document. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    '',
    'x',
    -1,
    0,
    1,
    1.5,
    2 ** 31,
    2 ** 53,
    1e308,
    [],
    {},
    '\u001b]0;x\u0007',
    '\ud800',
  ),
  fc.integer({ min: -5, max: 500 }),
  fc.constant(Array.from({ length: 400 }).reduce<unknown>((inner) => [inner], 0)),
  fc.constant('/nowhere/evil.js'),
);

type Tree = Record<string, unknown>;

/** One member somewhere in a document: where, by numbers, and what becomes of it. */
export interface Change {
  readonly path: readonly number[];
  readonly how: 'remove' | 'replace' | 'double' | 'swap';
  readonly value: unknown;
}

export const change: fc.Arbitrary<Change> = fc.record({
  path: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  how: fc.constantFrom(
    'remove' as const,
    'replace' as const,
    'replace' as const,
    'double' as const,
    'swap' as const,
  ),
  value: odd,
});

/** A document with one member removed, there twice, in the place of its neighbour, or another value in its place. */
export function changed(document: unknown, { path, how, value }: Change): unknown {
  const copy = structuredClone(document);
  let at = copy as Tree;
  for (const [depth, number] of path.entries()) {
    const names = Object.keys(at);
    if (names.length === 0) return copy;
    const name = names[number % names.length]!;
    const inner = at[name];
    if (depth < path.length - 1 && typeof inner === 'object' && inner !== null) {
      at = inner as Tree;
      continue;
    }
    const other = names[(number + 1) % names.length]!;
    if (how === 'remove') {
      if (Array.isArray(at)) at.splice(Number(name), 1);
      else delete at[name];
    } else if (how === 'double' && Array.isArray(at)) at.splice(Number(name), 0, inner);
    else if (how === 'swap') [at[name], at[other]] = [at[other], inner];
    else at[name] = value;
    return copy;
  }
  return copy;
}

/** Bytes changed, lost or put in. */
export const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  at: fc.nat(),
  byte: fc.integer({ min: 0, max: 255 }),
  how: fc.constantFrom('set' as const, 'cut' as const, 'drop' as const, 'add' as const),
});

export interface Spoiling {
  readonly at: number;
  readonly byte: number;
  readonly how: 'set' | 'cut' | 'drop' | 'add';
}

export function spoilt(bytes: Uint8Array, { at, byte, how }: Spoiling): Uint8Array {
  const place = at % (bytes.length + 1);
  if (how === 'cut') return bytes.slice(0, place);
  const [before, after] = [bytes.slice(0, place), bytes.slice(how === 'add' ? place : place + 1)];
  return Uint8Array.from([...before, ...(how === 'drop' ? [] : [byte]), ...after]);
}

/** The same document as a file that bears a right hash, as if the lab had written it: only its members are odd. */
export function forgedDocument(text: string, alter: (document: unknown) => unknown): string {
  const { hash: _hash, ...content } = JSON.parse(text) as Tree;
  return JSON.stringify(sealed(alter(content) as object));
}

/** The same for JSON lines. */
export function forgedLines(text: string, alter: (document: unknown) => unknown): string {
  const lines = text.trimEnd().split('\n').slice(0, -1);
  const altered = alter(lines.map((line) => JSON.parse(line) as unknown)) as unknown[];
  return sealedLines(altered.map((line) => JSON.stringify(line) ?? 'null'));
}
