import type { FreeList } from '../laboratory/edge.ts';
import { availableParallelism } from 'node:os';
import { stepIn, type Stoppable, type StopPoint } from '../threads/gated-memory.ts';
import { mayShowAba } from '../judge/damage/allowed.ts';
import { listed } from '../counted.ts';
import { assertKnown, assertTyped } from '../laboratory/edge.ts';
import { labelOf } from '../laboratory/labels.ts';
import {
  chooseScheme,
  claimsOf,
  type SchemeChoice,
  unsafeUnder,
  usualScheme,
} from '../laboratory/registry.ts';
import { chainsOf, noChainsText } from '../laboratory/batch.ts';
import { checkGeometry, leastSlots, MAX_THREADS, usualCache } from '../laboratory/shared.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import { structureNamed } from '../laboratory/participant.ts';
import { cardOfStructure, structures, usualStride } from '../laboratory/structures.ts';
import { UsageError } from '../errors.ts';
import { ABA_POSSIBLE } from '../kernel/scheme.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import { parseSchedule } from '../schedule/schedule.ts';
import { closest } from '../suggest.ts';
import { shownGiven } from '../visible.ts';
import { type EngineName, engineOf } from './engines.ts';
import { MOST_KEYS, USUAL_KEYS } from './key-ledger.ts';
import { isMixOfSets, LONGEST_CHAIN, MIX_NAMES, type MixName } from './mixes.ts';

/** What a stress run is asked for; everything has a default. */
export interface StressOptions {
  /** A scheme's spec: `tagged`, `hazard-pointers:threshold=8`, or the path of a file. Default `naive`; `tagged` where the structure takes no slots. */
  readonly scheme?: string;
  /** The structure: its id, or the path or URL of a file with one of your own. Default `michael-scott`, the queue. */
  readonly structure?: string;
  /** Worker threads, 1 to 64. Default: as many as there are cores, and at least 2. */
  readonly threads?: number;
  /** Slots of the slab. Default 16 for schemes that claim no ABA safety, else 64, or what the scheme needs; 65535 if it frees nothing. */
  readonly slots?: number;
  /** Words from one slot to the next: 8, 16 or 32, default 8. A segment has a cell in each word from the 11th on: 11 to 1024, default 12. */
  readonly stride?: number;
  /** Free slots in a magazine of a thread's cache, which has two; 0 is no caches. Default 32 from 256 slots a thread on, else 0. */
  readonly cache?: number;
  /** The free list: a stack, which is the default, or a ring, from which the slot that was freed first is taken first. */
  readonly freeList?: FreeList;
  /** What makes the operations: `atomics` (the default), `wasm`, or `mixed`, where threads with even numbers are compiled ones. */
  readonly engine?: string;
  /** What the threads do. Default `pairs`. */
  readonly mix?: string;
  /** How many keys the threads of a run on a set draw from: 0 to one less. Default 16, or what the set takes. */
  readonly keys?: number;
  /** How long to run. Default 1, unless `ops` is given; with both, whichever comes first ends the run. */
  readonly seconds?: number;
  /** How many operations to make in all. */
  readonly ops?: number;
  /** A 32-bit seed of what the threads draw at random. Default: drawn. It does not determine the run: the threads are free. */
  readonly seed?: number;
  /** Random short pauses at random steps; compiled steps have none. `auto`, the default: where the scheme's claims allow damage. */
  readonly perturb?: boolean | 'auto';
  /** Where a thread stops for good, or is terminated: `T2@D12`, `T2@D13#3` (third passing), `T2@D13+` (right after the step). */
  readonly stall?: string;
  readonly kill?: string;
  /** How long a thread may take for one operation before the run ends with a verdict on it. Default 2000. */
  readonly watchdogMs?: number;
  /** The URL of a module with a variant of the kernel. */
  readonly variant?: string;
  /** Ends the run early; what was found so far is returned. */
  readonly signal?: AbortSignal;
  /** Called every now and then with the operations and seconds so far. */
  readonly onProgress?: (operations: number, seconds: number) => void;
}

/** Options by their types; with those of other types all of them, so that another one is noticed. */
const TYPES = {
  scheme: 'string',
  structure: 'string',
  threads: 'number',
  slots: 'number',
  stride: 'number',
  cache: 'number',
  engine: 'string',
  mix: 'string',
  keys: 'number',
  seconds: 'number',
  ops: 'number',
  seed: 'number',
  stall: 'string',
  kill: 'string',
  watchdogMs: 'number',
  variant: 'string',
} as const;
const OTHERS = ['freeList', 'perturb', 'signal', 'onProgress'] as const;

/** A point at which a thread stops, and why. */
export interface Stopping extends StopPoint {
  readonly thread: number;
  /** As it was given: `T2@D13#3`. */
  readonly text: string;
  readonly label: string;
  readonly reason: 'stalled' | 'killed';
}

/** A stress run with everything settled. */
export interface StressPlan {
  readonly choice: SchemeChoice;
  readonly structure: StructureClass;
  readonly card: StructureCard;
  readonly threads: number;
  readonly slots: number;
  readonly stride: number;
  readonly cache: number;
  readonly freeList: FreeList;
  readonly tagBits: number;
  readonly engine: EngineName;
  readonly mix: MixName;
  /** The most values of a chain; 1 if the mix makes none. */
  readonly chain: number;
  /** Null if the structure is no set. */
  readonly keys: number | null;
  readonly seconds: number;
  readonly ops: number;
  readonly seed: number;
  readonly perturb: boolean;
  readonly stoppings: readonly Stopping[];
  readonly watchdogMs: number;
  readonly variant: string | null;
  /** True if the claims allow damage: no promise against ABA, or a tag so narrow that it comes round within a pause. */
  readonly damageAllowed: boolean;
  /** True of a structure that is not safe under the scheme, as its card says. */
  readonly isUnsafe: boolean;
  /** True if it is watched whether words come round: where that would be allowed, and every thread's steps can be followed. */
  readonly watchesRounds: boolean;
  /** True if threads leave and join while others run. */
  readonly churns: boolean;
}

const DEMONSTRATION_SLOTS = 16;
const SLOTS = 64;
const LEAKY_SLOTS = 65_535;
const MOST_SECONDS = 86_400;

/** Settles the options. Throws a UsageError that says what is wrong and the way out. */
export async function planOf(options: StressOptions): Promise<StressPlan> {
  checkTypes(options);
  const structure = await structureNamed(options.structure);
  const choice = await chooseScheme(options.scheme ?? usualScheme(structure));
  const { scheme } = choice;
  const threads = whole(
    'threads',
    options.threads ?? Math.max(2, Math.min(MAX_THREADS, availableParallelism())),
    1,
    MAX_THREADS,
  );
  const card = cardOfStructure(structure);
  if (card.segments !== undefined && threads === MAX_THREADS)
    throw new UsageError(
      `${threads} threads are one too many for a run on ${structure.ID}: the last one would come to the values ${listed(card.segments.reserved.map(({ word }) => String(word)))}, which say of a cell that it has none; give at most ${MAX_THREADS - 1}.`,
    );
  const keys = keysOf(options.keys, structure, card);
  const room = options.keys === undefined ? 0 : options.keys;
  const mix = mixOf(options.mix ?? 'pairs', threads, structure, card, choice);
  const chain = mix === 'chains' ? LONGEST_CHAIN : 1;
  const slots = options.slots ?? defaultSlots(choice, threads, options.cache ?? 0, structure, room, chain);
  const cache = options.cache ?? usualCache(slots, threads, choice, structure, chain);
  const stride = options.stride ?? usualStride(structure);
  const freeList = options.freeList ?? 'stack';
  const tagBits = checkGeometry({ slots, threads, stride, cache, freeList, structure, chain }, choice);
  const isUnsafe = unsafeUnder(structure, choice) !== null;
  const damageAllowed = isUnsafe || mayShowAba(claimsOf(scheme).abaSafe, tagBits);
  const seconds = options.seconds ?? (options.ops === undefined ? 1 : Infinity);
  if (!(seconds > 0 && (seconds <= MOST_SECONDS || options.seconds === undefined))) {
    throw new UsageError(
      `A stress run of ${seconds} seconds cannot be had: give a number above 0, up to ${MOST_SECONDS}.`,
    );
  }
  const variant = options.variant ?? null;
  const stoppings = stoppingsOf(options, threads, {
    choice,
    structure,
    hasRing: freeList === 'ring',
    hasChains: chain > 1,
    isVariant: variant !== null,
  });
  const engine = engineOf(options.engine ?? 'atomics', {
    threads,
    stoppings,
    perturb: options.perturb === true,
    variant,
    freeList,
  });
  const perturb = options.perturb ?? 'auto';
  return {
    choice,
    structure,
    card,
    threads,
    slots,
    stride,
    cache,
    freeList,
    tagBits,
    engine,
    mix,
    chain,
    keys,
    seconds,
    ops: options.ops === undefined ? Infinity : whole('operations', options.ops, 1, 1e12),
    seed: options.seed === undefined ? drawSeed() : whole('as the seed', options.seed, 0, 2 ** 32 - 1),
    perturb: perturb === 'auto' ? damageAllowed && engine !== 'wasm' : perturb,
    stoppings,
    watchdogMs: whole('milliseconds for the watchdog', options.watchdogMs ?? 2000, 50, 600_000),
    variant,
    damageAllowed,
    isUnsafe,
    watchesRounds: damageAllowed && engine === 'atomics' && threads > 1 && stoppings.length === 0,
    churns: threads > 1 && stoppings.length === 0,
  };
}

/** Throws a UsageError for an option that there is not, or one of another type. */
function checkTypes(options: StressOptions): void {
  if (typeof options !== 'object' || options === null)
    throw new UsageError(
      `A stress run cannot be made with ${shownGiven(options)}: give an object of options, or nothing.`,
    );
  assertKnown(options, [...Object.keys(TYPES), ...OTHERS], 'a stress run');
  assertTyped(options, TYPES, 'a stress run');
}

function defaultSlots(
  choice: SchemeChoice,
  threads: number,
  cache: number,
  structure: StructureClass,
  keys: number,
  chain: number,
): number {
  const { scheme } = choice;
  if (!scheme.RECLAIMS) return LEAKY_SLOTS;
  const usual = scheme.ABA === ABA_POSSIBLE ? DEMONSTRATION_SLOTS : SLOTS;
  // Room for all keys at a time, if it was said how many there are.
  return Math.max(usual, keys + leastSlots(choice, threads, cache, structure, chain));
}

/** How many keys the threads draw from; null if the structure is no set. */
function keysOf(
  asked: number | undefined,
  { ID }: StructureClass,
  { order, keys = MOST_KEYS }: StructureCard,
): number | null {
  const most = Math.min(keys, MOST_KEYS);
  if (order === 'SET')
    return asked === undefined ? Math.min(USUAL_KEYS, most) : whole('keys', asked, 1, most);
  if (asked === undefined) return null;
  throw new UsageError(`Keys are drawn on a set, and ${ID} is no set: leave --keys out, or ${aSet()}.`);
}

function aSet(): string {
  const sets = structures.filter((each) => cardOfStructure(each).order === 'SET');
  return `give --structure ${sets.map(({ ID }) => ID).join(' or ')}`;
}

function whole(what: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${value} ${what} cannot be had: give a whole number from ${least} to ${most}.`);
}

function drawSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

function mixOf(
  text: string,
  threads: number,
  structure: StructureClass,
  { order }: StructureCard,
  choice: SchemeChoice,
): MixName {
  const { ID } = structure;
  const mix = MIX_NAMES.find((name) => name === text);
  if (mix === undefined) {
    throw new UsageError(
      `There is no mix "${text}"${closest(text, MIX_NAMES)}; the mixes are ${MIX_NAMES.join(', ')}.`,
    );
  }
  if (mix === 'producers-consumers' && threads < 2) {
    throw new UsageError(
      'One thread cannot be both producer and consumer: give at least 2 threads, or the mix pairs.',
    );
  }
  if (mix === 'chains' && chainsOf(choice, structure, LONGEST_CHAIN) === 0) {
    throw new UsageError(
      `The mix ${mix} cannot be had: ${noChainsText(choice, structure)}; give another mix, such as bursts.`,
    );
  }
  if (isMixOfSets(mix) && order !== 'SET') {
    throw new UsageError(
      `The mix ${mix} looks keys up in a set, and ${ID} is no set: give another mix, such as pairs, or ${aSet()}.`,
    );
  }
  return mix;
}

function stoppingsOf({ stall, kill }: StressOptions, threads: number, run: Stoppable): Stopping[] {
  const stoppings: Stopping[] = [];
  if (stall !== undefined) stoppings.push(stoppingOf(stall, 'stalled', threads, run));
  if (kill !== undefined) stoppings.push(stoppingOf(kill, 'killed', threads, run));
  if (stoppings.length === 2 && stoppings[0].thread === stoppings[1].thread) {
    throw new UsageError(`T${stoppings[0].thread} cannot be both stalled and killed: give two threads.`);
  }
  return stoppings;
}

function stoppingOf(text: string, reason: Stopping['reason'], threads: number, run: Stoppable): Stopping {
  const [move, ...more] = /^\s*T\d+@\w+(#\d+)?\+?\s*$/.test(text) ? parseSchedule(text) : [];
  if (move === undefined || more.length > 0 || move.until.kind !== 'label' || move.until.nth === 0) {
    throw new UsageError(
      `"${text}" is no point of a thread; write T2@D13 (before the step), T2@D13#3 (its third passing) or T2@D13+ (right after it).`,
    );
  }
  if (move.thread > threads) {
    throw new UsageError(
      `There is no T${move.thread} to be ${reason}: there are ${threads} threads; give more with --threads.`,
    );
  }
  const { label, nth, after } = move.until;
  const step = stepIn(label, run);
  return {
    thread: move.thread,
    text: text.trim(),
    label: labelOf(step),
    step,
    passing: nth ?? 1,
    after,
    reason,
  };
}
