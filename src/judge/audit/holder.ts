/** A word of a thread's record that keeps a retired slot from being freed. */
export interface Holder {
  readonly thread: number;
  /** The word's address: when it was last written is the moment since when it holds. */
  readonly address: number;
  /** The number of the hazard, from 0; null if it is no hazard. */
  readonly hazard: number | null;
  /** The number of the reservation, from 0; null if it holds it back by something else. */
  readonly reservation: number | null;
  /** The number of the claim, from 0, or that it is on its way to a word or from one; null if it holds it back by something else. */
  readonly claim: number | 'on its way' | null;
  /** The epoch that is pinned; null if it is no pin. */
  readonly epoch: number | null;
  /** The eras that are announced, from the first to the last; null if it announces none. */
  readonly eras: readonly [first: number, last: number] | null;
  /** True of one on whose list the batch of the slot is, or that has not counted it down yet. */
  readonly batch: boolean;
  /** True of one that holds it back by being inside of an operation, whatever slots it uses. */
  readonly inside: boolean;
  /** Of one that holds it back by being online: what it is doing. Null if it holds it back by something else. */
  readonly online: 'idle' | 'in an operation' | 'dead' | null;
}

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

/** One that does not hold anything back yet. */
export const NO_HOLDER = {
  hazard: null,
  reservation: null,
  claim: null,
  epoch: null,
  eras: null,
  inside: false,
  batch: false,
  online: null,
} as const;

/** What a holder is called, after its thread: `hazard 0`, `pin`, `announcement`. */
export function holderName({ hazard, reservation, claim, eras, online, inside, batch }: Holder): string {
  if (batch) return 'list';
  if (inside) return 'operation';
  if (claim !== null) return `claim ${claim}`;
  if (reservation !== null) return `reservation ${reservation}`;
  if (hazard !== null) return `hazard ${hazard}`;
  return eras === null && online === null ? 'pin' : 'announcement';
}

/** The same with what it is about: `T2's pin of epoch 3`. */
export function holderText(holder: Holder): string {
  const name = `T${holder.thread}'s ${holderName(holder)}`;
  if (holder.epoch !== null) return `${name} of epoch ${holder.epoch}`;
  if (holder.eras === null) return name;
  const [first, last] = holder.eras;
  return first === last ? `${name} of era ${first}` : `${name} of the eras ${first} to ${last}`;
}
