import { cardOf, partOf } from '../../laboratory/labels.ts';
import type { Geometry } from '../../kernel/layout.ts';
import { Lives, type Moment } from '../../observe/lives.ts';
import { WordsReplay } from '../../observe/replay-words.ts';
import type { ReturnRecord, StepRecord, Trace } from '../../observe/trace.ts';
import { geometryOf } from '../audit/mark.ts';
import { namedAt, supplierOf } from './readings.ts';

/** A word changed: by the access of a step, or by a plain write that its thread made before its next one. */
export interface WordChange {
  readonly step: number;
  readonly thread: number;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly plain: boolean;
}

/**
 * What a thread takes for true since a read of its operation in progress, by the card of the read: `head = 1ᵃ since step 1`. It ends
 * with the operation, when the loop that it belongs to begins another round, and when the slab's or the scheme's function is done.
 */
export interface Belief {
  readonly thread: number;
  /** The local variable that the read filled. */
  readonly variable: string;
  readonly label: string;
  /** The step of the read, and its record. */
  readonly step: number;
  readonly record: StepRecord;
  /** The step since which it is known so: the read's, or that of a read which renewed it. */
  readonly since: number;
  /** The last step that validated it and found the word as it was; null if none has. It shows equal bits, and no more. */
  readonly confirmed: number | null;
  readonly address: number;
  readonly word: number;
  /** The slot that the word names, 0 for none, and the life in which it was then; null if the word is no pointer word. */
  readonly slot: number | null;
  readonly life: number;
  /** What the word holds now, and how it changed since, the oldest change first. */
  readonly now: number;
  readonly changes: readonly WordChange[];
  /** `came back`: it changed, and holds the same bits again. */
  readonly bits: 'same' | 'changed' | 'came back';
  /** Whether the slot that is named is still in that life. A slot that was free already when it was read is not freed by that. */
  readonly identity: 'same' | 'freed' | 'another life';
  /** What became of that life after `since`, and when the slot was taken for its next one. */
  readonly retired: Moment | null;
  readonly freed: Moment | null;
  readonly reused: Moment | null;
}

/** What a compare-and-swap found, or a read that validates. */
export interface StepComparison {
  readonly record: StepRecord;
  readonly kind: 'cas' | 'validation';
  readonly ok: boolean;
  /** The read whose word it was held against; null if the operation made none that fits. */
  readonly from: StepRecord | null;
  /**
   * How the word changed since that read, the oldest change first. Where it failed, the first one is who won, and the last one left
   * what was found. Where it succeeded in spite of changes, the same bits came back.
   */
  readonly changes: readonly WordChange[];
}

interface Entry {
  readonly record: StepRecord;
  readonly variable: string;
  readonly slot: number | null;
  life: number;
  since: number;
  confirmed: number | null;
}

interface Read {
  readonly label: string;
  readonly address: number;
  readonly word: number;
  readonly record: StepRecord;
}

/** A thread in an operation. */
interface State {
  op: number;
  /** What it read in the operation, the latest last. */
  reads: Read[];
  entries: Entry[];
}

/** Follows what each thread believes through a recorded run, step by step, and what each of its comparisons meant. */
export class Beliefs {
  readonly replay: WordsReplay;
  readonly geometry: Geometry;
  readonly lives: Lives;
  /** What the last step meant, if it was a compare-and-swap or a validation. */
  outcome: StepComparison | null = null;
  readonly #states: State[];
  readonly #changes = new Map<number, WordChange[]>();
  /** The steps after which a thread's operation has answered: `thread step`. */
  readonly #returns: ReadonlySet<string>;

  constructor(trace: Trace) {
    this.replay = new WordsReplay(trace);
    this.geometry = geometryOf(this.replay.words);
    this.lives = new Lives(this.replay.words, this.geometry);
    const threads = trace.events.reduce((most, { thread }) => Math.max(most, thread), 0);
    this.#states = Array.from({ length: threads }, () => ({ op: 0, reads: [], entries: [] }));
    this.#returns = new Set(
      trace.events
        .filter((event): event is ReturnRecord => event.kind === 'return')
        .map(({ thread, step }) => `${thread} ${step}`),
    );
  }

  /** How many threads the run has: they may be more than there are records. */
  get threads(): number {
    return this.#states.length;
  }

  /** The number of the last step that was made; 0 before the first. */
  get step(): number {
    return this.replay.step;
  }

  /** Makes the next step and returns it, or null at the end. */
  advance(): StepRecord | null {
    const changed: WordChange[] = [];
    const at: number[] = [];
    const record = this.replay.advance(({ address, from, to, plain }, { step, thread, label }) => {
      changed.push({ step, thread, label, from, to, plain });
      at.push(address);
    });
    if (record === null) return null;
    const state = this.#states[record.thread - 1];
    if (state.op !== record.op) Object.assign(state, { op: record.op, reads: [], entries: [] });
    this.#leaveScopes(state, record);
    this.outcome = this.#outcomeOf(state, record);
    this.#confirm(state, record, this.outcome);
    this.#read(state, record);
    for (const [i, change] of changed.entries()) {
      const known = this.#changes.get(at[i]);
      if (known) known.push(change);
      else this.#changes.set(at[i], [change]);
    }
    const { step, thread } = record;
    for (const [address, value] of record.writes) this.lives.write(address, value, { step, thread });
    if (this.#returns.has(`${thread} ${step}`)) Object.assign(state, { reads: [], entries: [] });
    return record;
  }

  /** Advances until a step has been made, or to the end. */
  to(step: number): this {
    const more = (): boolean => this.step < step && this.advance() !== null;
    while (more());
    return this;
  }

  /** What a thread believes now, in the order of its reads. */
  of(thread: number): readonly Belief[] {
    return (this.#states[thread - 1]?.entries ?? []).map((entry) => this.#beliefOf(entry));
  }

  /** How a word changed after the access of a step, the oldest change first. */
  changesOf(address: number, after: number): readonly WordChange[] {
    const changes = this.#changes.get(address) ?? [];
    return changes.filter(({ step, plain }) => step > after || (plain && step === after));
  }

  #beliefOf({ record, variable, slot, life, since, confirmed }: Entry): Belief {
    const { thread, label, step, address, before: word } = record;
    const now = this.replay.words[address];
    const changes = this.changesOf(address, since);
    const lives = slot === null ? [] : this.lives.biography(slot);
    const after = (moment: Moment | null | undefined): Moment | null =>
      moment && moment.step >= since && moment.step > 0 ? { ...moment } : null;
    const retired = after(lives[life - 1]?.retired);
    const freed = after(lives[life - 1]?.ended);
    const reused = after(lives[life]?.began);
    const came = changes.length > 0 ? 'came back' : 'same';
    const same = freed === null ? 'same' : 'freed';
    return {
      thread,
      variable,
      label,
      step,
      record,
      since,
      confirmed,
      address,
      word,
      slot,
      life,
      now,
      changes,
      bits: now === word ? came : 'changed',
      identity: reused === null ? same : 'another life',
      retired,
      freed,
      reused,
    };
  }

  /** A loop that begins again forgets what its last round read, and so does a thread that comes back from the slab or the scheme. */
  #leaveScopes(state: State, { label }: StepRecord): void {
    const part = partOf(label);
    const head =
      cardOf(label)?.headsLoop === true ? state.reads.findLast((each) => each.label === label) : null;
    state.entries = state.entries.filter(({ record }) => {
      const own = partOf(record.label);
      if (own !== part) return own === 'structure';
      return !head || record.step < head.record.step;
    });
  }

  #outcomeOf(state: State, record: StepRecord): StepComparison | null {
    const { access, label, address, before, ok = false } = record;
    if (access === 'cas') {
      const from = supplierOf(state.reads, record, cardOf(label))?.record ?? null;
      // What it expects was read, or the thread wrote it itself.
      const since = from?.step ?? this.#writtenBy(record.thread, address);
      return { record, kind: 'cas', ok, from, changes: since === null ? [] : this.changesOf(address, since) };
    }
    const validated = cardOf(label)?.validates;
    if (access !== 'load' || validated === undefined) return null;
    const ofWord = state.reads.filter((each) => each.address === address);
    const from = (ofWord.findLast((each) => validated.includes(each.label)) ?? ofWord.at(-1))?.record ?? null;
    const changes = from ? this.changesOf(address, from.step) : [];
    return { record, kind: 'validation', ok: from?.before === before, from, changes };
  }

  /** The last step at which a thread changed a word; null if it never did. */
  #writtenBy(thread: number, address: number): number | null {
    const own = this.#changes.get(address)?.findLast((change) => change.thread === thread);
    return own?.step ?? null;
  }

  #confirm(state: State, record: StepRecord, outcome: StepComparison | null): void {
    if (outcome?.ok !== true) return;
    const card = cardOf(record.label);
    for (const entry of state.entries) {
      const isSameWord = entry.record.address === record.address && entry.record.before === record.before;
      if (outcome.kind === 'validation' && isSameWord) {
        entry.confirmed = record.step;
        if (card?.renews === true && entry.slot !== null) {
          entry.life = this.lives.of(entry.slot);
          entry.since = record.step;
        }
      }
    }
    // The slab's take or give is done with it, and what it read is of no use any more.
    if (outcome.kind === 'cas' && partOf(record.label) === 'slab' && card?.linearizes !== undefined)
      state.entries = state.entries.filter((each) => partOf(each.record.label) !== 'slab');
  }

  #read(state: State, record: StepRecord): void {
    if (record.access === 'store') return;
    const { label, address, before, step } = record;
    state.reads.push({ label, address, word: before, record });
    const card = cardOf(label);
    if (card?.fills === undefined) return;
    const slot = namedAt(this.geometry, address, before);
    state.entries = state.entries.filter((each) => each.record.label !== label);
    const life = slot === null ? 0 : this.lives.of(slot);
    state.entries.push({ record, variable: card.fills, slot, life, since: step, confirmed: null });
  }
}
