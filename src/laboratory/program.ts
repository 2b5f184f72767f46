import { longestChain, MOST_IN_BATCH } from './batch.ts';
import { UsageError } from '../errors.ts';
import { shownGiven } from '../visible.ts';
import { closest } from '../suggest.ts';
import { pathOf, urlOf } from '../host/own-module.ts';
import type { Geometry } from '../kernel/layout.ts';
import type { StructureCard, StructureOperation } from '../kernel/structure-card.ts';
import { callsIn, operations, type Operation } from './operations.ts';
import type { StructureClass } from './structure-class.ts';
import {
  batchName,
  chainName,
  cardOfStructure,
  inBatch,
  mostInside,
  puts,
  structureById,
  structureCard,
  structureOperation,
  takes,
  usualStructure,
} from './structures.ts';

/** A program: what the structure holds at the start, and the operations of each thread. */
export interface Program {
  readonly text: string;
  readonly structure: StructureClass;
  readonly initial: readonly number[];
  readonly threads: readonly (readonly Operation[])[];
}

const FIRST_VALUE = 65;

/** A value as people name it: A to Z, then A1 to Z1, and so on; other numbers as they are. */
export function showValue(value: number): string {
  const rank = value - FIRST_VALUE;
  if (rank < 0 || rank >= 26 * 1000) return String(value);
  const round = Math.floor(rank / 26);
  return `${String.fromCodePoint(FIRST_VALUE + (rank % 26))}${round === 0 ? '' : round}`;
}

/** How the values in a laboratory are called: those of a set are its keys, and numbers. */
export function namesOfValues(geometry: Pick<Geometry, 'structure'>): (value: number) => string {
  return structureCard(geometry).order === 'SET' ? String : showValue;
}

/**
 * Reads a program: `[A B] e d | d e d`, or with a structure that is not the queue `treiber-stack:[A B] pop | pop push`. What the structure
 * holds at the start stands in brackets and may be left out; then each thread's operations, by the letters or names that the structure's
 * card gives them: for a queue `e` enqueue (values are named in order, after those at the start), `d` dequeue, `i` isEmpty; or an
 * operation by its name, with a number if it takes one: `adopt`, a variant's `recover(1)`. Of a set `[1 3]` are the keys inside at the start, and `+3`, `-3` and `?3` put a key in, take it out, and ask for it.
 * `e*3` is a chain, of a structure that has chains: one call, `enqueueChain(3)`, that enqueues three values by one step; `d*3` dequeues up to three by one.
 * `e3` is a batch: one call, `enqueueMany(3)`, that enqueues three values; `d3` dequeues up to three. A thread that ends with `die` is killed there at the latest, and by the explorer before any of its steps. `(e d)x10` stands for ten times `e d`. Throws a UsageError
 * that shows where it cannot be read.
 * @param more operations of a variant, by name
 * @param variant the structure of a variant, in place of the one that the text names
 */
export function parseProgram(text: string, more: readonly string[] = [], variant?: StructureClass): Program {
  if (typeof text !== 'string')
    throw new UsageError(
      `A program is read from a text, and not from ${shownGiven(text)}: give one such as "e d | d".`,
    );
  const { structure: named, body } = splitProgram(text);
  const structure = variant ?? structureById(settled(named) ?? undefined);
  const own = new Words(cardOfStructure(structure), structure.CHAINS === true);
  const match = /^\s*(?:\[([^\]]*)\])?([^[\]]*)$/.exec(body);
  if (!match)
    throw new UsageError(
      `The program "${text}" cannot be read: brackets go around the first items only, as in "[A B] e d | d".`,
    );
  const items = (match[1] ?? '').split(/[\s,]+/).filter((item) => item !== '');
  let next = FIRST_VALUE;
  const value = (): number => next++;
  const capacity = mostInside(structure);
  if (items.length > capacity) {
    throw new UsageError(
      `The program "${text}" begins with ${items.length} values, and a ${structure.KIND} holds ${capacity} at most: leave some out.`,
    );
  }
  const initial = own.isKeyed ? keysIn(items, text) : items.map(value);
  const known = [...own.names, ...Object.keys(operations), ...more];
  const threads = match[2].split('|').map((part, i) =>
    unfold(part, text).map((word): Operation => {
      const batch = known.includes(word) ? null : own.batch(word);
      if (batch?.chains === true && structure.CHAINS !== true)
        throw new UsageError(
          `The chain "${word}" in thread ${i + 1} of the program "${text}" cannot be made: the ${structure.TITLE} takes in and gives out each value by a step of its own; write a batch, ${shortestWord(batch.operation)}${batch.count}.`,
        );
      if (batch) return batchOf(batch, value, `thread ${i + 1} of the program "${text}"`);
      const [, name, given] = /^(\w+)(?:\((\d+)\))?$/.exec(word) ?? KEYED.exec(word) ?? [];
      const full = own.nameOf(name);
      if (name === undefined || !known.includes(full)) {
        throw new UsageError(
          `"${word}" in thread ${i + 1} of the program "${text}" is no operation${closest(full ?? word, known)}; write ${[...own.short, ...known.slice(own.names.length)].join(', ')}.`,
        );
      }
      const argument = given === undefined ? null : Number(given);
      if (argument !== null && argument > LARGEST) {
        throw new UsageError(
          `The number in "${word}" in thread ${i + 1} of the program "${text}" is too large: give at most ${LARGEST}.`,
        );
      }
      if (structureOperation(full)?.keyed === true && argument === null) {
        throw new UsageError(
          `"${word}" in thread ${i + 1} of the program "${text}" has no key: write ${own.short.find((each) => own.nameOf(each[0]) === full) ?? `${full}(3)`}.`,
        );
      }
      const isNamed = puts(full) && !own.isKeyed;
      return isNamed ? { name: full, argument: value() } : { name: full, argument };
    }),
  );
  for (const [i, thread] of threads.entries()) {
    const names = thread.map(({ name }) => name);
    if (names.slice(0, -1).includes('die') || (names.includes('die') && names.includes('leave'))) {
      throw new UsageError(
        `Thread ${i + 1} of the program "${text}" goes on after it has died or left: die is the last word of a thread, and not beside leave.`,
      );
    }
  }
  const owned = cardOfStructure(structure).operations.filter(({ by }) => by === 'owner');
  const owner = threads.findLastIndex((thread) =>
    thread.some((each) => owned.some(({ name }) => name === each.name)),
  );
  if (owner > 0) {
    throw new UsageError(
      `Thread ${owner + 1} of the program "${text}" calls ${owned.map(shortestWord).join(' or ')}, which only the owner may, the first thread: let that one do so.`,
    );
  }
  if (threads.some((thread) => thread.length === 0)) {
    throw new UsageError(`A thread of the program "${text}" has no operations; write for example "e d | d".`);
  }
  return { text, structure, initial, threads };
}

/** An operation of a set, by its letter and a key. */
const KEYED = /^([+\-?])(\d+)$/;

/** The keys that a set holds at the start, ascending. */
function keysIn(items: readonly string[], text: string): number[] {
  const keys = items.map(Number).toSorted((a, b) => a - b);
  const wrong = items.find(
    (item, i) => !/^\d+$/.test(item) || Number(item) > LARGEST || items.indexOf(item) !== i,
  );
  if (wrong === undefined) return keys;
  throw new UsageError(
    `"${wrong}" in the brackets of the program "${text}" is no key, or there twice: give whole numbers up to ${LARGEST}, each once, as in "[1 3] +2 | -3".`,
  );
}

/**
 * The most slots that a program can have inside at a time, whatever its schedule. Of a queue or a stack that keeps each value in a slot: since
 * it was empty last, or from the start, no take has failed; so each thread adds at most what a part of its operations adds in one
 * piece, a put one more and a take one less, and from the start a part that begins with its first one. Of any other: all that it puts in.
 */
export function mostInUse({ structure, initial, threads }: Omit<Program, 'text'>): number {
  const calls = threads.map((thread) => callsIn(thread).map(({ name }) => +puts(name) - +takes(name)));
  const sum = (of: (thread: readonly number[]) => number): number =>
    calls.reduce((subtotal, thread) => subtotal + of(thread), 0);
  const { order, segments } = cardOfStructure(structure);
  // A chain that takes out fewer than it was asked for says nothing of what is inside.
  const isPlain =
    (order === 'FIFO' || order === 'LIFO') && segments === undefined && longestChain({ threads }) === 1;
  const inside = isPlain
    ? Math.max(initial.length + sum(mostFromStart), sum(mostInOnePiece))
    : initial.length + sum((thread) => thread.filter((change) => change > 0).length);
  return structure.DUMMIES + inside;
}

function mostFromStart(changes: readonly number[]): number {
  let [now, most] = [0, 0];
  for (const change of changes) most = Math.max(most, (now += change));
  return most;
}

function mostInOnePiece(changes: readonly number[]): number {
  let [now, most] = [0, 0];
  for (const change of changes) {
    now = Math.max(0, now + change);
    most = Math.max(most, now);
  }
  return most;
}

/** The structure that a program names, and what comes after it. Only a path has an ending. */
const NAMED = /^\s*(?:(.*?\.[cm]?[jt]s|[a-z][a-z0-9-]*):)?(.*)$/s;

/** A program taken apart: the id, the path or the URL of its structure, null if it names none; and the rest. */
export function splitProgram(text: string): { readonly structure: string | null; readonly body: string } {
  const [, structure = null, body] = NAMED.exec(text) as RegExpExecArray;
  return { structure, body };
}

/** A program for people: a structure of the user's own by its path. */
export function showProgram(text: string): string {
  const { structure, body } = splitProgram(text);
  return structure !== null && isPath(structure) ? `${pathOf(structure)}:${body}` : text;
}

/** True of the name of a structure that is the path or the URL of its module. */
export function isPath(structure: string): boolean {
  return /[/\\.]/.test(structure);
}

/**
 * A program on a structure that is given apart from it: `treiber-stack:push | pop`. One of the user's own is named by the URL of its
 * module. Throws a UsageError if the program names another one itself.
 */
export function programOn(structure: string | null, program: string): string {
  const { structure: named, body } = splitProgram(program);
  const name = settled(structure ?? named);
  if (name === null) return program;
  if (structure !== null && named !== null && settled(named) !== name) {
    throw new UsageError(
      `The program "${program}" is one of ${named}, and --structure says ${structure}: leave one of them out.`,
    );
  }
  return name === usualStructure.ID ? body : `${name}:${body}`;
}

/** What stands after the name of a structure in a program, in the words of another structure: each operation by what it does. */
export function inWordsOf(body: string, from: StructureClass, to: StructureClass): string {
  const others = cardOfStructure(to).operations;
  const words = new Map(
    cardOfStructure(from).operations.flatMap(({ name, letter = name, does }) => {
      const other = others.find((each) => each.does === does);
      return other === undefined ? [] : [name, letter].map((word) => [word, shortestWord(other)]);
    }),
  );
  const [, start = '', threads] = /^(\s*\[[^\]]*\])?(.*)$/s.exec(body) as RegExpExecArray;
  return start + threads.replace(/[a-z]+/gi, (word) => words.get(word) ?? word);
}

/** A structure by its id, or by the URL of its module. Throws a UsageError if there is no such id. */
function settled(structure: string | null): string | null {
  if (structure === null) return null;
  return isPath(structure) ? urlOf(structure) : structureById(structure).ID;
}

const LARGEST = 2 ** 31 - 1;

/** A batch as it was read. */
interface ReadBatch {
  readonly word: string;
  readonly operation: StructureOperation;
  readonly count: number;
  /** True of a chain. */
  readonly chains: boolean;
}

/** An operation as programs write it: by its letter, if it has one. */
export function shortestWord({ name, letter }: Pick<StructureOperation, 'name' | 'letter'>): string {
  return letter ?? name;
}

/** An operation of a set, as programs write it: `+3`, or `insert(3)`. */
export function keyedWord(
  { name, letter }: Pick<StructureOperation, 'name' | 'letter'>,
  key: number,
): string {
  return letter === undefined ? `${name}(${key})` : `${letter}${key}`;
}

/** True of an operation that can be made many times by one call: the one that puts a value in, and the one that takes one out. */
function hasBatches({ does, keyed, end }: StructureOperation): boolean {
  return does !== 'ask' && keyed !== true && end === undefined;
}

/** The words that programs have for the operations of a structure. */
class Words {
  readonly names: readonly string[];
  /** True of a set: its operations are about keys. */
  readonly isKeyed: boolean;
  /** Each as short as it can be had, the batches and chains of two among them. */
  readonly short: readonly string[];
  readonly #operations: readonly StructureOperation[];
  readonly #letters: ReadonlyMap<string, string>;

  constructor({ operations: own }: StructureCard, hasChains: boolean) {
    this.#operations = own;
    this.names = own.map(({ name }) => name);
    this.isKeyed = own.some(({ keyed }) => keyed === true);
    this.#letters = new Map(
      own.flatMap(({ name, letter }) => (letter === undefined ? [] : [[letter, name]])),
    );
    this.short = [
      ...own.map((each) => (each.keyed === true ? keyedWord(each, 3) : shortestWord(each))),
      ...own
        .filter((each) => hasBatches(each) && each.waits !== true)
        .flatMap((each) => [2, ...(hasChains ? ['*2'] : [])].map((count) => `${shortestWord(each)}${count}`)),
    ];
  }

  /** The name that a letter stands for; any other word as it is. */
  nameOf(word: string): string {
    return this.#letters.get(word) ?? word;
  }

  /** `e3`, `push3` or `enqueueMany(3)`, or a chain, `e*3` or `enqueueChain(3)`; null if the word is neither. A variant may have an operation of such a name. */
  batch(word: string): ReadBatch | null {
    const [, short, star, digits, long, given] =
      /^(?:([a-z]+)(\*?)(\d+)|(\w+)(?:\((\d+)\))?)$/i.exec(word) ?? [];
    const operation = this.#operations
      .filter(hasBatches)
      .find(
        ({ name }) =>
          long === batchName(name) ||
          long === chainName(name) ||
          (short !== undefined && this.nameOf(short) === name),
      );
    if (operation === undefined) return null;
    const chains = star === '*' || long === chainName(operation.name);
    return { word, operation, count: Number(digits ?? given ?? 0), chains };
  }
}

function batchOf(
  { word, operation, count, chains }: ReadBatch,
  value: () => number,
  where: string,
): Operation {
  if (count < 1 || count > MOST_IN_BATCH) {
    throw new UsageError(
      `The ${chains ? 'chain' : 'batch'} "${word}" in ${where} cannot be made: it takes 1 to ${MOST_IN_BATCH} operations, as in ${shortestWord(operation)}${chains ? '*' : ''}2.`,
    );
  }
  const { name, does, waits } = operation;
  if (waits === true) {
    throw new UsageError(
      `The batch "${word}" in ${where} cannot be made: a batch takes values out, and ${name} waits; write (${shortestWord(operation)})x${count}.`,
    );
  }
  const one = (): Operation => ({ name, argument: does === 'put' ? value() : null });
  const batch = Array.from({ length: count }, one);
  return { name: chains ? chainName(name) : batchName(name), argument: count, batch };
}

/** A repetition with no other inside; an operation's number in brackets is no repetition. */
const INNERMOST = /(?<!\w)\(((?:[^()]|\(\d+\))*)\)x(\d+)/;

/** Repetitions of one bracket, and words of a thread with all brackets written out. */
const MOST_TIMES = 10_000;
const MOST_WORDS = 100_000;

/** Words, with every `( … )xN` written out. */
function unfold(part: string, text: string): string[] {
  let flat = part;
  for (let inner = INNERMOST.exec(flat); inner; inner = INNERMOST.exec(flat)) {
    const times = Number(inner[2]);
    if (times > MOST_TIMES)
      throw new UsageError(
        `${inner[2]} repetitions in the program "${text}" are too many: give at most ${MOST_TIMES}.`,
      );
    // Before they are written out, since a repetition of repetitions may be larger than memory.
    const words = wordsIn(flat).length + times * wordsIn(inner[1]).length;
    if (words > MOST_WORDS)
      throw new UsageError(
        `A thread of the program "${text}" has more than ${MOST_WORDS} operations: give smaller repetitions.`,
      );
    flat = flat.replace(inner[0], ` ${Array.from({ length: times }, () => inner[1]).join(' ')} `);
  }
  return wordsIn(flat);
}

function wordsIn(flat: string): string[] {
  return flat.split(/\s+/).filter((word) => word !== '');
}

/** An operation as people write it: `enqueue(C)`, `dequeue()`, `enqueueMany(D, E)`, `dequeueMany(2)`. */
export function showOperation({ name, argument, batch = [] }: Operation): string {
  if (inBatch(name)?.does === 'put')
    return `${name}(${batch.map((each) => showValue(each.argument ?? 0)).join(', ')})`;
  if (argument === null) return `${name}()`;
  const isNamed = puts(name) && structureOperation(name)?.keyed !== true;
  return `${name}(${isNamed ? showValue(argument) : argument})`;
}
