import { counted, plural } from '../counted.ts';
import {
  ANNOUNCED,
  COLLECTOR_BITS,
  type Geometry,
  HOLDS_BAGS,
  HOLDS_COUNTS,
  HOLDS_BATCHES,
  HOLDS_EPOCHS,
  HOLDS_ERAS,
  HOLDS_HAZARDS,
  HOLDS_ONLINE,
  HOLDS_INTERVALS,
  HOLDS_OPERATIONS,
  HOLDS_RESERVATIONS,
  HOLDS_VERSIONS,
  HOLDS_PARKED,
  HAND_OVER,
  H_HOLDS,
  PHASE_NEUTRALIZED,
  PHASE_QUIET,
  PHASE_READING,
  PHASE_WRITING,
  R_ANNOUNCE,
} from '../kernel/layout.ts';

/** What the words mean that threads announce under a scheme. */
export interface Meaning {
  /** The name of the n-th word of a thread, from 0: `hazard0`. */
  readonly name: (n: number) => string;
  /** The scheme's first global word, if that is a clock. */
  readonly clock: string | null;
  /** The same word if it is something else: its name, and what it says. */
  readonly shared?: { readonly name: string; readonly show: (word: number) => string };
  /** The n-th word of a thread as people write it: `era 3`, or `none`. */
  readonly show: (word: number, n: number) => string;
  /** What a thread does with these words, which are not 0, after its name: `pins epoch 3`; and the same as a sentence goes on. */
  readonly short: (words: readonly number[]) => string;
  readonly long: (words: readonly number[], still: string) => string;
  /** What a thread holds a slot back by: `hazards`. */
  readonly by: string;
}

/** An epoch or an era, which stands beside the bit that tells it from nothing. */
const timeIn = (word: number): number => word >>> 1;

const shownTime =
  (unit: string) =>
  (word: number): string =>
    (word & 1) === 0 ? 'none' : `${unit} ${timeIn(word)}`;

const shownNumber = (word: number): string => String(word >>> 0);

function eras(words: readonly number[]): string {
  const each = [...new Set(words.map(timeIn))];
  return `${plural(each.length, 'era')} ${each.join(' and ')}`;
}

const EPOCH = 'Epoch';

/** An interval of which one end is not written yet, or no more, is no interval. */
function interval(words: readonly number[]): string {
  const [first, last] = words.map(timeIn);
  if (last === undefined) return `one end of an interval, era ${first}`;
  return first === last ? `era ${first}` : `the eras ${first} to ${last}`;
}

/** What a thread is at under neutralization, as people say it. */
const PHASES: Readonly<Record<number, string>> = {
  [PHASE_QUIET]: 'quiet',
  [PHASE_READING]: 'reading',
  [PHASE_WRITING]: 'writing',
  [PHASE_NEUTRALIZED]: 'neutralized',
};

/** The phase that is among words of a thread, and the slots that it reserves. Phases are no slots. */
function phaseIn(words: readonly number[]): { readonly phase: string; readonly slots: readonly number[] } {
  const [slots, phases] = [words.filter((word) => word > 0), words.filter((word) => word < 0)];
  return { phase: PHASES[phases[0] ?? PHASE_QUIET] ?? 'quiet', slots: [...new Set(slots)] };
}

/** What a thread says of its list, which it has while it is inside. */
function listText(list: number): string {
  return list >>> 1 === 0 ? 'with an empty list' : `with a list from slot ${list >>> 1} on`;
}

/** What the safepoint says: who collects, or how often that was done. */
function safepoint(word: number): string {
  const { collector, collections } = safepointIn(word);
  if (collector !== 0) return `T${collector} collects`;
  return collections === 0
    ? 'nobody has collected'
    : `nobody collects, after ${counted(collections, 'collection')}`;
}

/** The thread that collects, or 0, and how many collections were begun. */
export function safepointIn(word: number): { readonly collector: number; readonly collections: number } {
  return { collector: word & ((1 << COLLECTOR_BITS) - 1), collections: word >>> COLLECTOR_BITS };
}

const PINS: Meaning = {
  name: (n) => (n === 0 ? 'pin' : `announce${n}`),
  clock: EPOCH,
  show: (word, n) => (n === 0 ? shownTime('epoch')(word) : shownNumber(word)),
  short: ([pin]) => `pins epoch ${timeIn(pin)}`,
  long: ([pin], still) => ` is${still} pinned at epoch ${timeIn(pin)}`,
  by: 'pin',
};

const HAZARDS: Meaning = {
  name: (n) => `hazard${n}`,
  clock: null,
  show: shownNumber,
  short: (words) => `protects ${words.join(',')}`,
  long: (words, still) => {
    const slots = [...new Set(words)];
    return `${still} announces ${plural(slots.length, 'slot')} ${slots.join(' and ')}`;
  },
  by: 'hazards',
};

const MEANINGS: Readonly<Record<number, Meaning>> = {
  [HOLDS_HAZARDS]: HAZARDS,
  [HOLDS_PARKED]: {
    ...HAZARDS,
    name: (n) => (n < HAND_OVER ? `hazard${n}` : `handOver${n - HAND_OVER}`),
  },
  [HOLDS_EPOCHS]: PINS,
  [HOLDS_BAGS]: PINS,
  [HOLDS_ONLINE]: {
    name: (n) => (n === 0 ? 'online' : `announce${n}`),
    clock: EPOCH,
    show: (word, n) => {
      if (n > 0) return shownNumber(word);
      return word === 0 ? 'offline' : shownTime('epoch')(word);
    },
    short: ([online]) => `announces epoch ${timeIn(online)}`,
    long: ([online], still) => ` is${still} online and announces epoch ${timeIn(online)}`,
    by: 'announcement',
  },
  [HOLDS_ERAS]: {
    name: (n) => `era${n}`,
    clock: 'Era',
    show: shownTime('era'),
    short: (words) => `announces ${eras(words)}`,
    long: (words, still) => `${still} announces ${eras(words)}`,
    by: 'eras',
  },
  [HOLDS_INTERVALS]: {
    name: (n) => ['firstEra', 'lastEra'][n] ?? `announce${n}`,
    clock: 'Era',
    show: shownTime('era'),
    short: (words) => `announces ${interval(words)}`,
    long: (words, still) => `${still} announces ${interval(words)}`,
    by: 'interval',
  },
  [HOLDS_RESERVATIONS]: {
    name: (n) => (n === 0 ? 'phase' : `reserved${n - 1}`),
    clock: null,
    show: (word, n) => (n === 0 ? (PHASES[word] ?? shownNumber(word)) : shownNumber(word)),
    short: (words) => {
      const { phase, slots } = phaseIn(words);
      return slots.length === 0 ? `is ${phase}` : `is ${phase} and reserves ${slots.join(',')}`;
    },
    long: (words, still) => {
      const { phase, slots } = phaseIn(words);
      const reserves = ` and reserves ${plural(slots.length, 'slot')} ${slots.join(' and ')}`;
      return ` is${still} ${phase}${slots.length === 0 ? '' : reserves}`;
    },
    by: 'reservations',
  },
  [HOLDS_OPERATIONS]: {
    name: (n) => (n === 0 ? 'inside' : `announce${n}`),
    clock: null,
    shared: { name: 'Safepoint', show: safepoint },
    show: (word, n) => {
      if (n > 0) return shownNumber(word);
      return word === 0 ? 'outside' : 'inside of an operation';
    },
    short: () => 'is inside of an operation',
    long: (_words, still) => ` is${still} inside of an operation`,
    by: 'operation',
  },
  [HOLDS_COUNTS]: {
    name: (n) => `claim${n}`,
    clock: null,
    show: shownNumber,
    short: HAZARDS.short,
    long: (words, still) => {
      const slots = [...new Set(words)];
      return `${still} has a claim on ${plural(slots.length, 'slot')} ${slots.join(' and ')}`;
    },
    by: 'claims',
  },
  [HOLDS_BATCHES]: {
    name: (n) =>
      new Map([
        [0, 'list'],
        [HAND_OVER, 'era'],
      ]).get(n) ?? `announce${n}`,
    clock: null,
    show: (word, n) => {
      if (n > 0) return n === HAND_OVER ? `era ${word}` : shownNumber(word);
      if (word === 0) return 'none';
      return word >>> 1 === 0 ? 'empty' : `slot ${word >>> 1}`;
    },
    short: ([list]) => `is inside, ${listText(list)}`,
    long: ([list], still) => ` is${still} inside, ${listText(list)}`,
    by: 'list',
  },
  // Nothing is announced: only the clock has a name.
  [HOLDS_VERSIONS]: {
    name: (n) => `announce${n}`,
    clock: 'Clock',
    show: shownNumber,
    short: (words) => `announces ${words.join(',')}`,
    long: (words, still) => `${still} announces ${words.join(' and ')}`,
    by: 'announcement',
  },
};

/** What tells two words apart that name the same slot, and what comes round that often: `a tag wraps after 16 changes`. */
export interface Mark {
  readonly name: 'tag' | 'version';
  readonly unit: string;
  readonly units: string;
}

const TAG: Mark = { name: 'tag', unit: 'change', units: 'changes' };
const VERSION: Mark = { name: 'version', unit: 'move of the clock', units: 'moves of the clock' };

/** What pointer words carry beside an index under the scheme of a buffer, where they carry something. */
export function markOf({ holds }: Pick<Geometry, 'holds'>): Mark {
  return holds === HOLDS_VERSIONS ? VERSION : TAG;
}

/** What a word means that a thread announces under the scheme of a buffer; null if the lab knows nothing of it. */
export function meaningOf({ holds }: Pick<Geometry, 'holds'>): Meaning | null {
  return MEANINGS[holds] ?? null;
}

/** True of a scheme that stamps what is retired with an epoch, which its first announced word holds back. */
export function countsEpochs(geometry: Pick<Geometry, 'holds'>): boolean {
  return meaningOf(geometry)?.clock === EPOCH;
}

/** True of a scheme whose announced words name slots. */
export function announcesSlots(holds: number): boolean {
  return holds === HOLDS_HAZARDS || holds === HOLDS_PARKED || holds === HOLDS_COUNTS;
}

/** How many words of a record announce something, from R_ANNOUNCE on: what is parked is not announced. */
export function announcingWords(holds: number): number {
  return holds === HOLDS_PARKED || holds === HOLDS_BATCHES ? HAND_OVER : ANNOUNCED;
}

/** The words that are announced in the record at an address, but for those that are 0. */
export function announcedIn(words: Int32Array, record: number): number[] {
  const end = record + R_ANNOUNCE + announcingWords(words[H_HOLDS]);
  return [...words.subarray(record + R_ANNOUNCE, end)].filter((word) => word !== 0);
}
