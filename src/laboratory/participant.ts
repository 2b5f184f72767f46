import { UsageError } from '../errors.ts';
import { ACTIVE, Geometry, LEFT, R_STATUS } from '../kernel/layout.ts';
import type { Memory } from '../kernel/memory.ts';
import { ThreadRecord } from '../kernel/record.ts';
import { join } from '../kernel/join.ts';
import type { Scheme } from '../kernel/scheme.ts';
import { Slab } from '../kernel/slab.ts';
import { RingSlab } from '../kernel/structures/ring-slab.ts';
import type { Structure } from '../kernel/structure.ts';
import type { MichaelScottQueue } from '../kernel/structures/michael-scott.ts';
import { Participant } from './participant-view.ts';
import type { Variant } from './variant.ts';
import { checkAttached, type TakeUp, withRecord } from './attaching.ts';
import { checkingValues, type FreeList } from './edge.ts';
import { learnLabels } from './labels.ts';
import { importOwn, pathOf, urlOf } from '../host/own-module.ts';
import { ownStructureIn } from './own-structure.ts';
import { chooseScheme, type SchemeChoice } from './registry.ts';
import type { SchemeClass } from './scheme-class.ts';
import { isPath, parseProgram, type Program, splitProgram } from './program.ts';
import { hasRing, structureById, structureOf, urlOfStructure } from './structures.ts';
import type { StructureClass } from './structure-class.ts';
import { tryOut } from './trial.ts';

/**
 * Takes part as a thread, numbered from 1: `joinLaboratory` finds a number that nobody has. Its record is marked as in use. An enqueue of
 * what is no 32-bit integer throws a TypeError.
 *
 * @param options `takeUp`: take the record even though a thread has it, or had it when it crashed
 * @throws UsageError if the buffer was made for another scheme or other parameters, or another thread has the number
 */
export function participate<T extends Structure<Scheme> = MichaelScottQueue<Scheme>>(
  memory: Memory,
  thread: number,
  scheme: SchemeClass | SchemeChoice,
  variant: Variant<T> = {},
  options: TakeUp = {},
): Participant<T> {
  const geometry = checkAttached(memory, scheme, variant.structure);
  return withRecord(memory, geometry, thread, options, () =>
    assemble(memory, thread, classOf(scheme), checkingValues(variant, geometry)),
  );
}

/**
 * The same in the first record that nobody uses: for threads that come and go, and for all that have no numbers. A thread that is done
 * calls `scheme.depart()`; what it had retired and could not free waits in its record for the thread that comes next. Throws a UsageError
 * if every record is taken.
 */
export function joinLaboratory<T extends Structure<Scheme> = MichaelScottQueue<Scheme>>(
  memory: Memory,
  scheme: SchemeClass | SchemeChoice,
  variant: Variant<T> = {},
): Participant<T> {
  const geometry = checkAttached(memory, scheme, variant.structure);
  return joinRecord(memory, geometry, (thread) =>
    assemble(memory, thread, classOf(scheme), checkingValues(variant, geometry)),
  );
}

/**
 * Takes the first record that nobody uses, and takes part by `work`; if that throws, the record can be taken again. Throws a UsageError
 * if there is none.
 */
export function joinRecord<T>(memory: Memory, geometry: Geometry, work: (thread: number) => T): T {
  const thread = join(memory, geometry);
  if (thread !== 0) {
    try {
      return work(thread);
    } catch (error) {
      memory.poke(geometry.record(thread) + R_STATUS, LEFT);
      throw error;
    }
  }
  throw new UsageError(
    `All ${geometry.threads} thread records of this laboratory are taken: wait until a thread has left, or make it with more threads.`,
  );
}

function classOf(scheme: SchemeClass | SchemeChoice): SchemeClass {
  return 'scheme' in scheme ? scheme.scheme : scheme;
}

/**
 * Puts the kernel together for a thread. Its record is marked as in use, whichever thread had it before, and the values of an enqueue are
 * taken as they come: for the laboratory's own threads, whose numbers and values are right.
 */
export function assemble<T extends Structure<Scheme> = Structure<Scheme>>(
  memory: Memory,
  thread: number,
  scheme: SchemeClass,
  variant: Variant<T> = {},
): Participant<T> {
  const geometry = new Geometry(memory);
  const record = new ThreadRecord(memory, geometry, thread);
  const slab = new (slabClass(geometry, variant))(memory, geometry, record);
  const own = new scheme(memory, geometry, record, slab);
  const structure = new (variant.structure ?? classIn<T>(geometry))(memory, geometry, record, slab, own);
  memory.poke(record.base + R_STATUS, ACTIVE);
  return new Participant(record, slab, own, structure);
}

/** The class of a laboratory's slab: that of its free list, or a variant of it. */
function slabClass(geometry: Geometry, { slab }: Variant): typeof Slab {
  const own = hasRing(geometry) ? RingSlab : Slab;
  if (slab === undefined) return own;
  if ((freeListOf(slab) === 'ring') === hasRing(geometry)) return slab;
  throw new UsageError(
    `The slab ${slab.name} is of another free list than this laboratory: extend ${own.name}.`,
  );
}

/** What the free list of a slab's class is. */
export function freeListOf(slab: typeof Slab): FreeList {
  return slab === RingSlab || slab.prototype instanceof RingSlab ? 'ring' : 'stack';
}

/** The class of a laboratory's structure, as its header names it. */
function classIn<T extends Structure<Scheme>>(geometry: Geometry): StructureClass<T> {
  const known = structureOf(geometry);
  if (known !== null) return known.structure as StructureClass<T>;
  throw new UsageError(
    `This laboratory was made for a structure with the number ${geometry.structure}, which is not known here: give its class, { structure }.`,
  );
}

/** The variant of the kernel that a module exports, whose labels are known from then on. */
export async function loadVariant(url: string, what: 'structure' | 'variant' = 'variant'): Promise<Variant> {
  if (what === 'structure') await tryOut(what, url);
  const module = (await importOwn(url, what)) as Variant & Readonly<Record<string, unknown>>;
  const structure = ownStructureIn(module, url);
  const { labelsOf } = module;
  if (labelsOf !== undefined) learnLabels(await importOwn(labelsOf, what), labelsOf, 'structure');
  learnLabels(module, url, 'structure');
  return structure === null ? module : { ...module, structure };
}

/**
 * The module of the structure of the user's own that a program names by its path or URL, as in `./mailbox.mjs:put | take`, and the URL;
 * null if it names none. Throws a UsageError if the module has no structure.
 */
export async function loadNamed(
  program: string,
): Promise<{ readonly url: string; readonly variant: Variant } | null> {
  const { structure: name } = splitProgram(program);
  if (name === null || !isPath(name)) return null;
  const url = urlOf(name);
  const variant = await loadVariant(url, 'structure');
  if (variant.structure !== undefined && urlOfStructure(variant.structure) === url) return { url, variant };
  throw new UsageError(
    `The file ${pathOf(url)} exports no structure of its own: export a class that extends Structure of lockfree-lab as structure, with its card as CARD.`,
  );
}

/** A program that was read, with the variant that it is run in, and the URL of the module of the structure of the user's own that it names. */
export interface ReadProgram {
  readonly program: Program;
  readonly variant: Variant;
  readonly url: string | null;
}

/**
 * Reads a program, for the structure of the user's own that it names, whose module is loaded, and for what a variant has beside that.
 * Throws a UsageError.
 */
export async function readProgram(text: string, given: Variant = {}): Promise<ReadProgram> {
  const named = await loadNamed(text);
  const variant = { ...named?.variant, ...given };
  const program = parseProgram(text, Object.keys(variant.operations ?? {}), variant.structure);
  return { program, variant, url: named?.url ?? null };
}

/**
 * A structure by its id, or one of the user's own by the path or URL of its module, which is loaded; or the usual one. Throws a
 * UsageError if there is none.
 */
export async function structureNamed(name: string | undefined): Promise<StructureClass> {
  if (name === undefined || !isPath(name)) return structureById(name);
  await loadNamed(`${name}:`);
  return structureById(urlOf(name));
}

/**
 * Takes part from what can be posted to a worker: the scheme's spec and the URL of a module with a variant, or null. The laboratory's
 * own threads do.
 */
export async function participateBySpec(
  memory: Memory,
  thread: number,
  spec: string,
  variant: string | null,
): Promise<Participant> {
  const choice = await chooseScheme(spec);
  checkAttached(memory, choice);
  return assemble(memory, thread, choice.scheme, variant === null ? {} : await loadVariant(variant));
}
