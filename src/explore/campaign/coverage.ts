import { statSync } from 'node:fs';
import { UsageError } from '../../errors.ts';
import { Random, shuffled } from '../../random.ts';
import type { Ending } from '../../search/search.ts';
import { visible } from '../../visible.ts';
import { type Exploration, explorationOf } from '../explore.ts';
import type { Campaign } from './campaign.ts';
import {
  type Checkpoint,
  checkResumable,
  printCheckpoint,
  readCheckpoint,
  searchName,
  type SearchName,
} from './checkpoint.ts';
import { type Estimate, estimateOf } from './estimate.ts';
import { ResultTotal } from './partial-result.ts';
import type { SearchControl } from './search-control.ts';
import { type Shard, showShard, unitsOf } from './shard.ts';
import type { UnitResult } from './unit-search.ts';

/** Which part of a campaign is searched, and where it is kept how far that has come. */
export interface KeptSearch {
  readonly shard: Shard | null;
  /** Where to write now and then how far it has come. */
  readonly checkpoint: string | null;
  /** The file that it goes on from. */
  readonly resume: string | null;
  /** Writes the checkpoint. */
  readonly keep: (path: string, text: string) => void;
}

/** How far a search has come. */
export interface SearchProgress {
  readonly executions: number;
  /** Of this run alone: executions, and seconds. */
  readonly here: number;
  readonly seconds: number;
  /** The most steps of an execution. */
  readonly depth: number;
  /** Of the units of the shard, or of the whole search. */
  readonly done: number;
  readonly units: number;
  readonly estimate: Estimate | null;
}

/** At most so often a checkpoint is written. */
const CHECKPOINT_MS = 10_000;

/** What was searched so far of a campaign, in this run and in those that it goes on from. */
export class Coverage {
  /** The units that are left to search. */
  readonly queue: readonly number[];
  /** How many there are of the shard or of the whole search. */
  readonly #units: number;
  readonly #kept: KeptSearch;
  readonly #campaign: Campaign;
  /** Null if nothing is written. */
  readonly #name: SearchName | null;
  readonly #done: Set<number>;
  /** What the units have shown that are done. */
  readonly #total = new ResultTotal();
  /** What those have shown that were begun. */
  readonly #begun: UnitResult[] = [];
  // What the run goes on from.
  readonly #before: number;
  readonly #secondsBefore: number;
  readonly #began = performance.now();
  /** When it was kept; the first unit is worth it at once. */
  #written = -Infinity;

  constructor(campaign: Campaign, kept: KeptSearch) {
    this.#kept = kept;
    this.#campaign = campaign;
    const { checkpoint, resume, shard } = kept;
    this.#name = (checkpoint ?? resume) === null ? null : searchName(campaign);
    const before = this.#name && resumed(kept, this.#name);
    if (this.#name && checkpoint !== null && checkpoint !== resume) checkOwn(checkpoint, this.#name, shard);
    if (before) this.#total.add(before.partial);
    this.#before = before?.partial.executions ?? 0;
    this.#secondsBefore = before?.seconds ?? 0;
    this.#done = new Set(before?.done);
    const own = unitsOf(shard, campaign.units.length);
    this.#units = own.length;
    const left = own.filter((unit) => !this.#done.has(unit));
    // Where some tell how many there are of all, they are drawn at random; where the first finding ends it, those with few switches come
    // first.
    this.queue = campaign.firstOnly ? left : shuffled(left, new Random(1));
  }

  get #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#began) / 1000;
  }

  progress({ executions, depth }: SearchControl): SearchProgress {
    const seconds = (performance.now() - this.#began) / 1000;
    return {
      executions: this.#before + executions,
      here: executions,
      depth,
      seconds,
      done: this.#done.size,
      units: this.#units,
      estimate: this.#estimate,
    };
  }

  add(result: UnitResult): void {
    if (result.endedBy !== null) {
      this.#begun.push(result);
      return;
    }
    this.#total.add(result.partial);
    this.#done.add(result.unit);
    if (performance.now() - this.#written > CHECKPOINT_MS) this.write();
  }

  /** Only whole units are kept: what was begun is searched again. */
  write(): void {
    const { checkpoint, shard, keep } = this.#kept;
    if (checkpoint === null || this.#name === null) return;
    const done = [...this.#done].toSorted((a, b) => a - b);
    const kept = { search: this.#name, shard, done, partial: this.#total.result(), seconds: this.#seconds };
    keep(checkpoint, printCheckpoint(kept));
    this.#written = performance.now();
  }

  get #estimate(): Estimate | null {
    return estimateOf(this.#total.result(), this.#done.size, this.#units);
  }

  /** @param crashed true if a worker has crashed: then nothing is complete */
  exploration(crashed: boolean): Exploration {
    const estimate = this.#estimate;
    for (const { partial } of this.#begun) this.#total.add(partial);
    const endings = this.#begun.map(({ endedBy }) => endedBy);
    // The first unit that meets a limit stops the others, as if they had been interrupted.
    let endedBy: Ending | null = endings.find((each) => each !== 'interrupt') ?? endings[0] ?? null;
    if (this.#done.size < this.#units || crashed) endedBy ??= 'interrupt';
    const { shard } = this.#kept;
    const own = shard && { name: showShard(shard), units: this.#units };
    const covered = {
      partial: this.#total.result(),
      done: this.#done.size,
      endedBy,
      estimate,
      seconds: this.#seconds,
    };
    return explorationOf(this.#campaign, covered, own);
  }
}

/** Throws a UsageError if a file that is to be written is there already, and is no checkpoint of this very search. */
function checkOwn(path: string, name: SearchName, shard: Shard | null): void {
  const known = statSync(path, { throwIfNoEntry: false });
  if (known === undefined || !known.isFile() || known.size === 0) return;
  try {
    checkResumable(path, readCheckpoint(path), name, shard);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `--checkpoint would overwrite ${visible(path)}, which is no checkpoint of this search: give another file, or remove it first (${error.message.replace(/: [^:]*$/, '')}).`,
      { cause: error },
    );
  }
}

/** The checkpoint that a search goes on from; null if it begins. */
function resumed({ resume, checkpoint, shard }: KeptSearch, name: SearchName): Checkpoint | null {
  if (resume === null) return null;
  const read = readCheckpoint(resume, resume === checkpoint);
  if (read) checkResumable(resume, read, name, shard);
  return read;
}
