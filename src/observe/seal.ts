import { createHash } from 'node:crypto';
import { visible } from '../visible.ts';
import { parseVisible } from './members.ts';

/** The first 64 bits of the SHA-256 of a text or of bytes, in hexadecimal. */
export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

/**
 * A JSON document with a hash of all its other members as its last one.
 *
 * @param document plain JSON without a member `hash`
 */
export function sealed<T extends object>(document: T): T & { readonly hash: string } {
  return { ...document, hash: hashOf(JSON.stringify(document)) };
}

/** The content of a sealed document, its strings made visible; or why it is not as it was written. */
export function unsealed(
  document: Readonly<Record<string, unknown>>,
): { readonly content: Readonly<Record<string, unknown>> } | { readonly fault: string } {
  const { hash, ...rest } = document;
  if (hash === undefined) return { fault: 'its hash is missing' };
  try {
    const text = JSON.stringify(rest);
    if (hash !== hashOf(text)) return { fault: 'it is not as it was written, as its hash says' };
    return { content: parseVisible(text) as Record<string, unknown> };
  } catch (error) {
    if (error instanceof RangeError) return { fault: 'it is nested more deeply than any that was written' };
    throw error;
  }
}

/** The last line of a file of JSON lines. */
interface End {
  readonly kind: 'end';
  /** The lines before it. */
  readonly lines: number;
  /** Of each of these lines the first four digits of its own hash: it says which line is not as it was written. */
  readonly marks: string;
  /** Of the lines, each with its line's end, and the marks. */
  readonly hash: string;
}

const MARK = 4;

/** JSON lines, with a last line that says how many there are and a hash of them. */
export function sealedLines(lines: readonly string[]): string {
  const text = lines.map((line) => `${line}\n`).join('');
  const marks = lines.map((line) => markOf(line)).join('');
  const end: End = { kind: 'end', lines: lines.length, marks, hash: hashOf(text + marks) };
  return `${text}${JSON.stringify(end)}\n`;
}

/** What is wrong with sealed lines. */
export interface LinesFault {
  /** `cut` if they just cease, without their last line; `altered` if they are not as they were written. */
  readonly kind: 'cut' | 'altered';
  /** The number of the line at which it shows, from 1. */
  readonly line: number;
  readonly why: string;
}

/** The lines that were sealed, or of what is there those that are whole, and what is wrong with them. */
export function unsealedLines(text: string): {
  readonly lines: readonly string[];
  readonly fault: LinesFault | null;
} {
  const all = text.split('\n');
  const rest = all.pop() ?? '';
  const at = all.findIndex((line) => isEnd(line));
  if (at === -1) {
    const line = all.length + (rest === '' ? 0 : 1);
    return { lines: all, fault: { kind: 'cut', line, why: 'its last line is missing' } };
  }
  const lines = all.slice(0, at);
  if (all.length > at + 1 || rest !== '') {
    return { lines, fault: { kind: 'altered', line: at + 2, why: 'it goes on behind its last line' } };
  }
  return { lines, fault: alteration(lines, JSON.parse(all[at]) as Partial<End>) };
}

function alteration(lines: readonly string[], end: Partial<End>): LinesFault | null {
  const marks = lines.map((line) => markOf(line)).join('');
  const text = lines.map((line) => `${line}\n`).join('');
  if (end.lines === lines.length && end.marks === marks && end.hash === hashOf(text + marks)) return null;
  const written = String(end.marks);
  const first = lines.findIndex((_, i) => markAt(marks, i) !== markAt(written, i));
  const line = first === -1 ? lines.length + 1 : first + 1;
  const isNumber = end.lines === lines.length;
  const count = isNumber
    ? ''
    : `, with ${lines.length} lines before its last one, which says ${said(end.lines)}`;
  return { kind: 'altered', line, why: `from here on it is not as it was written${count}` };
}

function said(value: unknown): string {
  return visible((JSON.stringify(value) ?? 'nothing').slice(0, 20));
}

function markOf(line: string): string {
  return hashOf(line).slice(0, MARK);
}

function markAt(marks: string, line: number): string {
  return marks.slice(MARK * line, MARK * (line + 1));
}

function isEnd(line: string): boolean {
  if (!line.startsWith('{"kind":"end"')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
