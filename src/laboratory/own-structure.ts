import { UsageError } from '../errors.ts';
import { SCRATCH } from '../kernel/layout.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import { operations } from './operations.ts';
import { checkId, checkMembers, hasMethods, shown } from './own-card.ts';
import { type ModuleExports, pathOf } from '../host/own-module.ts';
import { MAX_ROOTS } from './shared.ts';
import { STRUCTURE_MEMBERS, type StructureClass } from './structure-class.ts';
import {
  learnOwnStructure,
  structureOfNumber,
  structureOperation,
  structures,
  urlOfStructure,
} from './structures.ts';

/** Structures of the user's own: how one is found in a module, and what is asked of it before it is used. */

/** What a class has from Structure, and what each structure has to have of its own. */
const INHERITED = ['result', 'allocate', 'backOff', 'retire'] as const;
const METHODS = ['put', 'take', 'isEmpty'] as const;

const ORDERS: readonly StructureCard['order'][] = ['FIFO', 'LIFO', 'DEQUE', 'SET'];

/** The kinds of operations, with the method that each one calls. */
const DOES: Readonly<Record<string, string>> = { put: 'put', take: 'take', ask: 'isEmpty' };

/**
 * The class of a structure of the user's own in a module: what it exports as `structure`, or by default. It is known from then on, with
 * its card. Null if the module has none, or a subclass of a structure that is known already, whose card is that one's. Throws a UsageError
 * that names the file, what is wrong, and the way out.
 */
export function ownStructureIn(module: ModuleExports, url: string): StructureClass | null {
  const path = pathOf(url);
  const found = module['structure'] ?? module['default'];
  if (!hasMethods(found, INHERITED)) {
    if (module['structure'] === undefined) return null;
    throw new UsageError(
      `The structure of ${path} is ${typeof found === 'function' ? `the class ${found.name || 'without a name'}, which is no structure` : shown(found)}: export a class that extends Structure of lockfree-lab.`,
    );
  }
  const structure = found as StructureClass;
  if (!Object.hasOwn(structure, 'NUMBER') && structureOfNumber(structure.NUMBER) !== undefined) return null;
  const card = module['CARD'];
  const methods = isRow(card) ? METHODS : [];
  checkMembers(structure, { what: 'structure', path, methods, members: STRUCTURE_MEMBERS });
  const ids = structures.map(({ ID }) => ID);
  checkId(structure.ID, ids, { what: 'structure', path });
  checkNumbers(structure, path);
  checkCard(card, structure, path);
  learnOwnStructure(structure, card, url);
  return structure;
}

function checkNumbers(structure: StructureClass, path: string): void {
  const ranges = [
    ['NUMBER', 1, 2 ** 31 - 1],
    ['ROOTS', 0, MAX_ROOTS],
    ['CELLS', 0, 2 ** 20],
    ['MARK_BITS', 0, 2],
    ['PROTECTIONS', 0, SCRATCH],
    ['DUMMIES', 0, 2 ** 20],
  ] as const;
  for (const [member, least, most] of ranges) {
    const value = structure[member];
    if (value >= least && value <= most) continue;
    throw new UsageError(
      `The static member ${member} of the structure of ${path} is ${value}: give a whole number from ${least} to ${most}.`,
    );
  }
  const other = structureOfNumber(structure.NUMBER);
  if (other === undefined || other.ID === structure.ID) return;
  const url = urlOfStructure(other);
  const of = url === null ? `the lab's ${other.TITLE}` : `the structure of ${pathOf(url)}`;
  throw new UsageError(
    `The structure of ${path} has the number ${structure.NUMBER}, which is that of ${of}: give it a NUMBER of its own, such as ${structure.NUMBER + 100}.`,
  );
}

function checkCard(card: unknown, structure: StructureClass, path: string): asserts card is StructureCard {
  const of = `the card of the structure of ${path}`;
  const see = 'see any file of src/kernel/structures for what each one says';
  if (typeof card !== 'object' || card === null) {
    throw new UsageError(
      `The file ${path} exports no card of its structure: export const CARD with operations, order, roots and invariants; ${see}.`,
    );
  }
  const { operations: own, order, capacity, roots, invariants, cells } = card as Partial<StructureCard>;
  for (const [name, list] of Object.entries({ operations: own, roots, invariants })) {
    if (Array.isArray(list) && list.every((each) => typeof each === 'object' && each !== null)) continue;
    throw new UsageError(`The ${name} in ${of} are ${shown(list)}: make them a list of objects; ${see}.`);
  }
  if (order === undefined || !ORDERS.includes(order)) {
    throw new UsageError(
      `The order in ${of} is ${shown(order)}: write 'FIFO' if the value comes out first that went in first, 'LIFO' if the last, 'DEQUE' if values go in and come out at two ends, and 'SET' if each value is inside once or not at all.`,
    );
  }
  if (capacity !== undefined && capacity !== 'cells' && !(Number.isInteger(capacity) && capacity >= 1)) {
    throw new UsageError(
      `The capacity in ${of} is ${shown(capacity)}: give the most values that it holds, a whole number from 1, or 'cells' if it is as many as it has cells, or leave it out.`,
    );
  }
  checkRoots(roots ?? [], structure.ROOTS, of);
  checkInvariants(invariants ?? [], of);
  checkCells(cells, structure.CELLS, of);
  checkOperations(own ?? [], order, structure, of);
}

function checkCells(cells: StructureCard['cells'], words: number, of: string): void {
  const isWhole =
    cells !== undefined &&
    (Number.isInteger(cells.count) || typeof cells.count === 'function') &&
    [cells.name, cells.read].every((each) => typeof each === 'function');
  if (isWhole || (cells === undefined && words === 0)) return;
  throw new UsageError(
    `The cells in ${of} are ${shown(cells)}, and the static member CELLS is ${words}: give their count, name and read, or no CELLS.`,
  );
}

function checkRoots(roots: StructureCard['roots'], count: number, of: string): void {
  const names = roots.map(({ name }) => name);
  if (names.length !== count) {
    throw new UsageError(
      `The roots in ${of} are ${names.join(', ') || 'none'}, and the static member ROOTS is ${count}: name each root, in the order of their lines.`,
    );
  }
  for (const { name, names: what } of roots) {
    if (!/^[A-Z]\w*$/.test(name) || names.indexOf(name) !== names.lastIndexOf(name)) {
      throw new UsageError(
        `A root in ${of} has the name ${shown(name)}: give each one a word of its own with a capital, such as Top.`,
      );
    }
    if (typeof what !== 'string')
      throw new UsageError(`The root ${name} in ${of} lacks what it names: write names: 'the last node'.`);
  }
}

function checkInvariants(invariants: StructureCard['invariants'], of: string): void {
  for (const { name, says, about, brokenIn, brokenBy } of invariants) {
    const isWhole = [name, says].every((text) => typeof text === 'string') && Array.isArray(about);
    if (isWhole && (typeof brokenIn === 'function' || typeof brokenBy === 'function')) continue;
    throw new UsageError(
      `The invariant ${shown(name)} in ${of} is not whole: give it name, says, about, and brokenIn or brokenBy.`,
    );
  }
}

/** True of a card of a structure whose values come out at one end: it is called by `put`, `take` and `isEmpty` as well. */
function isRow(card: unknown): boolean {
  const order = (card as Partial<StructureCard> | undefined)?.order;
  return order !== 'SET' && order !== 'DEQUE';
}

function checkOperations(
  own: StructureCard['operations'],
  order: StructureCard['order'],
  structure: StructureClass,
  of: string,
): void {
  for (const [does, method] of Object.entries(DOES)) {
    const those = own.filter((each) => each.does === does && each.waits !== true).map(({ name }) => name);
    if (those.length === 1 || !isRow({ order })) continue;
    throw new UsageError(
      `The operations in ${of} have ${those.length} with does: '${does}' (${those.join(', ') || 'none'}): give one, which ${method} makes.`,
    );
  }
  const { prototype } = structure as unknown as { prototype: Readonly<Record<string, unknown>> };
  const words = own.flatMap(({ name, letter }) => [name, ...(letter === undefined ? [] : [letter])]);
  for (const operation of own) {
    const { name, letter } = operation;
    const wrong = wrongIn(operation, order);
    if (wrong !== null) throw new UsageError(`The operation ${shown(name)} in ${of} ${wrong}.`);
    if (words.filter((word) => word === name || word === letter).length > (letter === undefined ? 1 : 2))
      throw new UsageError(`The operation ${name} in ${of} shares a word with another: give each its own.`);
    if (typeof prototype[name] !== 'function') {
      throw new UsageError(
        `The operation ${name} in ${of} has no method in the class: add one of that name.`,
      );
    }
  }
}

/** What is wrong with an operation itself, as the rest of a sentence; null if nothing is. */
function wrongIn(
  { name, letter, does, past, keyed, end }: Partial<StructureCard['operations'][number]>,
  order: StructureCard['order'],
): string | null {
  if (does === undefined || !Object.hasOwn(DOES, does))
    return `has does: ${shown(does)}: write 'put', 'take' or 'ask'`;
  if (typeof name !== 'string' || !/^[a-z][a-zA-Z]*$/.test(name) || name.endsWith('Many'))
    return 'needs another name: write a word that begins with a small letter, and not with Many at its end';
  if (Object.hasOwn(operations, name))
    return 'has the name of one that every program has: give it another name';
  const same = structureOperation(name);
  if (same !== undefined && same.does !== does)
    return `is one that does: '${does}', and that of a ${same.of} does: '${same.does}': give it another name`;
  if ((order === 'SET') !== (keyed === true))
    return order === 'SET'
      ? 'is about no key: write keyed: true'
      : 'is about a key, and this is no set: leave keyed out';
  if (order === 'DEQUE' && does !== 'ask' && end !== 'front' && end !== 'back')
    return "does not say at which end: write end: 'front' or 'back'";
  const letters = keyed === true ? /^[+\-?]$/ : /^[a-z]$/;
  if (letter !== undefined && !letters.test(String(letter)))
    return `has the letter ${shown(letter)}: give ${keyed === true ? 'one of + - ?' : 'one small letter'}, or none`;
  return typeof past === 'string' ? null : "lacks its past: write what was done, as in past: 'enqueued'";
}
