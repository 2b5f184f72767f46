import { listed, plural } from '../../counted.ts';
import { type Holder, type HolderPart, isDead } from '../../kernel/announcement.ts';
import type { Geometry } from '../../kernel/layout.ts';

/** A retired slot with those who hold it back. */
export interface HeldBack {
  readonly slot: number;
  /** The thread on whose list it is, and the list; or, and null, the thread with which it is parked, or whose claim leads to it, 0 if none does. */
  readonly thread: number;
  readonly list: number | null;
  /** When it was retired, in the scheme's time: an epoch, or how many slots its thread had retired by then. Null of one that is on no list. */
  readonly stamp: number | null;
  /** How long ago that is, in the same unit. */
  readonly age: number | null;
  readonly unit: 'epochs' | 'retires' | null;
  /** Of one that is held by its count: the slot that a thread has a claim on, and from which next words lead to it; null if it is itself. */
  readonly through: number | null;
  /** Empty if it just waits for the next scan or advance. */
  readonly holders: readonly Holder[];
  readonly note: string;
}

/** The details that a holder has not. */
const NO_HOLDER = {
  of: null,
  hazard: null,
  reservation: null,
  claim: null,
  epoch: null,
  eras: null,
  inside: false,
  batch: false,
  online: null,
} as const;

/** A holder as its scheme tells of it, with all its details, and whether its thread has died. */
export function holderOf(part: HolderPart, words: Int32Array, geometry: Geometry): Holder {
  return { ...NO_HOLDER, dead: isDead(words, geometry.record(part.thread)), ...part };
}

/** Of holders that have died, where nothing else says what ends their hold: `; T1 is dead, and only an heir can end that`. */
export function deadHolders(holders: readonly Pick<Holder, 'thread' | 'dead'>[]): string {
  const dead = [...new Set(holders.filter((each) => each.dead).map(({ thread }) => `T${thread}`))];
  if (dead.length === 0) return '';
  return `; ${listed(dead)} ${plural(dead.length, 'is', 'are')} dead, and only an heir can end that`;
}
