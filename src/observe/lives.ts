import { FREE, HELD, RETIRED, type Geometry, S_STATE } from '../kernel/layout.ts';

/** One life of a slot: from the moment a thread takes it from the free list to the moment somebody begins to free it. */
export interface Life {
  readonly slot: number;
  /** Numbered from 1, and shown as a letter: life 1 of slot 3 is 3ᵃ. A slot that was never taken has life 0. */
  readonly number: number;
  /** Step and thread; step 0 is the start of the run. */
  readonly began: Moment;
  readonly retired: Moment | null;
  readonly ended: Moment | null;
}

export interface Moment {
  readonly step: number;
  readonly thread: number;
}

/** See `Lives`. */
export type SavedLives = readonly (readonly Life[] | undefined)[];

/** What happened to a slot's life by a write of its state word. */
export type LifeEvent = 'began' | 'began again' | 'retired' | 'retired again' | 'ended' | 'ended again';

/**
 * The lives of all slots, which the algorithm cannot see. They follow from the writes of the state words, which only the owner of a
 * slot makes: HELD begins a life, FREE ends it.
 */
export class Lives {
  readonly #geometry: Geometry;
  /** By slot, the oldest first. What is in a list stays as it is. */
  #lives: (readonly Life[] | undefined)[] = [];

  constructor(words: Int32Array, geometry: Geometry) {
    this.#geometry = geometry;
    for (let slot = 0; slot <= geometry.slots; slot++) this.#lives.push(undefined);
    for (let slot = 1; slot <= geometry.slots; slot++) {
      if (words[geometry.slot(slot, S_STATE)] !== FREE) this.#begin(slot, { step: 0, thread: 0 });
    }
  }

  /** The lives as they are now, for `restore`. */
  save(): SavedLives {
    return this.#lives.slice();
  }

  restore(saved: SavedLives): void {
    this.#lives = saved.slice();
  }

  /** The number of the slot's latest life. */
  of(slot: number): number {
    return this.#lives[slot]?.length ?? 0;
  }

  /** True if the slot's latest life has not ended. */
  isAlive(slot: number): boolean {
    return this.latest(slot)?.ended === null;
  }

  latest(slot: number): Life | undefined {
    return this.#lives[slot]?.at(-1);
  }

  /** All lives of a slot, the oldest first. */
  biography(slot: number): readonly Life[] {
    return this.#lives[slot] ?? [];
  }

  /** Takes note of a plain write. Returns what it did to a life, and to which slot's, or null. */
  write(address: number, value: number, moment: Moment): { slot: number; event: LifeEvent } | null {
    const place = placeOf(this.#geometry, address);
    if (place === null || place.word !== S_STATE || place.slot === 0) return null;
    const { slot } = place;
    const life = this.latest(slot);
    if (value === HELD) {
      this.#begin(slot, moment);
      return { slot, event: life && life.ended === null ? 'began again' : 'began' };
    }
    if (value === RETIRED) {
      const again = !life || life.ended !== null || life.retired !== null;
      if (life) this.#change({ ...life, retired: moment });
      return { slot, event: again ? 'retired again' : 'retired' };
    }
    if (value === FREE) {
      const again = !life || life.ended !== null;
      if (life && !again) this.#change({ ...life, ended: moment });
      return { slot, event: again ? 'ended again' : 'ended' };
    }
    return null;
  }

  #begin(slot: number, began: Moment): void {
    const lives = this.#lives[slot] ?? [];
    this.#lives[slot] = [...lives, { slot, number: lives.length + 1, began, retired: null, ended: null }];
  }

  /** Puts a life of a slot in the place of its latest one. */
  #change(life: Life): void {
    this.#lives[life.slot] = [...(this.#lives[life.slot] ?? []).slice(0, -1), life];
  }
}

/** A retired slot that was freed, once for each life: by which thread, and which had retired it. */
export interface Freed {
  readonly slot: number;
  readonly by: number;
  readonly retiredBy: number;
}

/** The retired slots of a slab of this many that were freed. A slot that was freed and never retired is left out. */
export function freedIn(lives: Lives, slots: number): Freed[] {
  return Array.from({ length: slots }, (_, i) => lives.biography(i + 1))
    .flat()
    .flatMap(({ slot, retired, ended }) =>
      retired === null || ended === null ? [] : [{ slot, by: ended.thread, retiredBy: retired.thread }],
    );
}

/** The slot and the word of the slot that an address names, or null if it lies before the slots. */
export function placeOf(geometry: Geometry, address: number): { slot: number; word: number } | null {
  const offset = address - geometry.slotsBase;
  if (offset < 0) return null;
  return { slot: Math.floor(offset / geometry.stride), word: offset % geometry.stride };
}

const LETTERS = 'ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ';

/** A life as it is shown: slot and letter, `1ᵇ`; in ASCII `1b`; from the 26th on with the number, `1^27`. */
export function lifeName(slot: number, life: number, ascii = false): string {
  const letter = ascii ? 'abcdefghijklmnoprstuvwxyz'[life - 1] : [...LETTERS][life - 1];
  return life === 0 ? String(slot) : `${slot}${letter ?? `^${life}`}`;
}
