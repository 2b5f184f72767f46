import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import type { StepCard, StepCards } from '../kernel/step-card.ts';
import * as steps from '../kernel/steps.ts';
import type { ModuleExports } from '../host/own-module.ts';
import { SCHEME_MODULES, schemeIn } from './schemes.ts';
import type { StructureClass } from './structure-class.ts';
import { filesOfStructure, ownStructures, RING_FILE, STRUCTURE_FILES, structures } from './structures.ts';

/** Which part of a laboratory makes a step. */
export type StepLayer = 'slab' | 'structure' | 'records' | 'scheme';

/** A step of a label. */
export interface Step {
  readonly label: string;
  readonly number: number;
  readonly part: StepLayer;
  /** Where it is made: a path from the root of the repository, or the URL of a user's module. */
  readonly file: string;
  /** What is known of it; null if a user's module does not say. */
  readonly card: StepCard | null;
}

/** True of a name that is one of a step: `D13`, `H1`. */
export function isLabel(name: string): boolean {
  return /^[A-Z]{1,2}\d+$/.test(name);
}

const byNumber = new Map<number, Step>();
const byLabel = new Map<string, Step>();
const cards = new Map<string, StepCard>();
/** The steps that are made with a structure, as far as they were asked for: they are with each slab that is formatted. */
const ofStructure = new Map<string, readonly Step[]>();
/** The same by the numbers of steps: asked for at every step of an exploration. */
const numbered: (StepCard | undefined)[] = [];

/**
 * Learns the steps of a module: its exported constants that are named like a step, `D13` or `H1`, and its rows about them, which it
 * exports as `CARDS`. Throws a UsageError if a number or a name is taken, or a row is about nothing.
 *
 * @param file where the steps are made: a path from the root of the repository, or the URL of a user's module
 * @param others steps that a row may name although they are learned later
 */
export function learnLabels(
  module: ModuleExports,
  file: string,
  part: StepLayer = 'scheme',
  others: readonly string[] = [],
): void {
  const rows = (module['CARDS'] ?? {}) as StepCards;
  const found = labelsIn(module);
  const own = found.map(([label]) => label);
  for (const label of Object.keys(rows)) {
    if (!own.includes(label)) {
      throw new UsageError(
        `The module ${file} has a card for the step ${label}, and exports no constant of that name: export const ${label} = 192, or another number up to 255.`,
      );
    }
    checkCard(label, rows[label], [...byLabel.keys(), ...own, ...others]);
  }
  ofStructure.clear();
  for (const [label, number] of found) learn({ label, number, part, file, card: rows[label] ?? null });
}

function labelsIn(module: ModuleExports): [string, number][] {
  return Object.entries(module).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && isLabel(entry[0]),
  );
}

function learn(step: Step): void {
  const { label, number, card } = step;
  const other = byNumber.get(number);
  if (other !== undefined && other.label !== label) {
    throw new UsageError(
      `The steps ${other.label} and ${label} are both number ${number}: give your own numbers from 192 to 255, each once.`,
    );
  }
  const taken = byLabel.get(label);
  if (taken !== undefined && taken.number !== number) {
    throw new UsageError(
      `The step ${label} is number ${taken.number} already, and cannot be ${number} too: give yours another name.`,
    );
  }
  if (taken?.card && card && JSON.stringify(taken.card) !== JSON.stringify(card)) {
    throw new UsageError(
      `The step ${label} of ${step.file} has a card already, in ${taken.file}, and the two differ: give yours another name.`,
    );
  }
  const known = taken?.card ? taken : step;
  byNumber.set(number, known);
  byLabel.set(label, known);
  if (known.card) {
    cards.set(label, known.card);
    numbered[number] = known.card;
  }
}

/** True of a step that a card names as a supplier, alone or among others. */
export function isOneOf(suppliers: StepCard['expectedFrom'], label: string): boolean {
  return typeof suppliers === 'string' ? label === suppliers : suppliers?.includes(label) === true;
}

/** A row may name steps of its own module and those that were there before. */
function checkCard(label: string, card: StepCard, labels: readonly string[]): void {
  const { slotFrom = [], expectedFrom = [], writtenFrom = [], validates = [] } = card;
  for (const named of [slotFrom, expectedFrom, writtenFrom, validates].flat()) {
    if (named === 'same word' || labels.includes(named)) continue;
    throw new UsageError(
      `The card of the step ${label} names a step ${named}${closest(named, labels)}, which there is not.`,
    );
  }
}

const { SLAB, RECORDS } = steps;
const TABLES: readonly (readonly [StepCards, string, StepLayer])[] = [
  [SLAB, 'src/kernel/slab.ts', 'slab'],
  [RECORDS, 'src/kernel/scheme.ts', 'records'],
];
for (const [rows, file, part] of TABLES) {
  const own = Object.entries(steps).filter(([name]) => name in rows);
  learnLabels({ ...Object.fromEntries(own), CARDS: rows }, file, part);
}
const ofStructures = STRUCTURE_FILES.flatMap(({ module }) => labelsIn(module).map(([label]) => label));
for (const { module, file } of STRUCTURE_FILES)
  learnLabels(module, file, file === RING_FILE ? 'slab' : 'structure', ofStructures);
for (const module of SCHEME_MODULES) learnLabels(module, `src/kernel/schemes/${schemeIn(module).ID}.ts`);

/** What is known of the steps of a label; undefined if there is no such label, or no row about it. */
export function cardOf(label: string): StepCard | undefined {
  return cards.get(label);
}

/** The same by the number of a step. */
export function cardOfStep(number: number): StepCard | undefined {
  return numbered[number];
}

/** All steps that are known, in the order in which they were learned. */
export function knownSteps(): readonly Step[] {
  return [...byLabel.values()];
}

/**
 * The steps that are made with a structure: its own and those of no other, under all schemes. Of the free list's: where a ring of indices is
 * in place of it, or in the structure, the ring's alone.
 *
 * @param hasRing true if the free list is a ring
 */
export function stepsWith(structure: Pick<StructureClass, 'ID'>, hasRing: boolean = false): readonly Step[] {
  const key = `${structure.ID} ${ownStructures().length} ${hasRing}`;
  let found = ofStructure.get(key);
  if (found === undefined) ofStructure.set(key, (found = madeWith(structure, hasRing)));
  return found;
}

function madeWith(structure: Pick<StructureClass, 'ID'>, hasRing: boolean): readonly Step[] {
  const own = [...filesOfStructure(structure), ...(hasRing ? [RING_FILE] : [])];
  const all = [...structures, ...ownStructures()].flatMap(filesOfStructure);
  const others = new Set(all.filter((file) => !own.includes(file)));
  const ofIndices = own.includes(RING_FILE);
  return knownSteps().filter(
    ({ file, part }) => !others.has(file) && !(ofIndices && part === 'slab' && file !== RING_FILE),
  );
}

/** The file in which a label's step is made; null if there is no such label. */
export function fileOf(label: string): string | null {
  return byLabel.get(label)?.file ?? null;
}

/** The part of the laboratory that makes a label's step; null if there is no such label. */
export function partOf(label: string): StepLayer | null {
  return byLabel.get(label)?.part ?? null;
}

/** The name of a step: the name of its constant. */
export function labelOf(step: number): string {
  return byNumber.get(step)?.label ?? `step ${step}`;
}

/** The step of a label; throws a UsageError if there is none. */
export function stepOf(label: string): number {
  const step = byLabel.get(label);
  if (step === undefined) {
    throw new UsageError(
      `There is no step "${label}"${closest(label, [...byLabel.keys()])}; the steps are the labels in src/kernel, such as D13 or E9.`,
    );
  }
  return step.number;
}
