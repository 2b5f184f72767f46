import { withCommas } from '../counted.ts';
import { readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { UsageError } from '../errors.ts';
import { SearchControl } from '../explore/campaign/search-control.ts';
import { type Campaign, campaignOf, type ExploreOptions } from '../explore/campaign/campaign.ts';
import {
  type Checkpoint,
  checkResumable,
  searchName,
  parseCheckpoint,
  printCheckpoint,
  type SearchName,
} from '../explore/campaign/checkpoint.ts';
import { type Estimate, estimateOf } from '../explore/campaign/estimate.ts';
import { type Exploration, explorationOf } from '../explore/explore.ts';
import { ResultTotal } from '../explore/campaign/partial-result.ts';
import type { Ending } from '../search/search.ts';
import { type Shard, showShard, unitsOf } from '../explore/campaign/shard.ts';
import { strategies } from '../search/strategies/all.ts';
import { searchInParallel } from '../explore/campaign/parallel-search.ts';
import type { UnitResult } from '../explore/campaign/unit-search.ts';
import { progressText } from '../report/text/exploration-progress.ts';
import { Random, shuffled } from '../random.ts';
import { visible } from '../visible.ts';
import type { Context } from './arguments/command.ts';
import { type Lock, lockFile } from './terminal/lock.ts';
import { checkWritable, writeFile } from './terminal/output.ts';

/** A search, and how it is run. */
export interface AskedSearch {
  readonly program: string;
  readonly scheme: string;
  readonly options: ExploreOptions;
  /** Worker threads; null for as many as are worth their while. */
  readonly jobs: number | null;
  readonly shard: Shard | null;
  /** Where to write now and then how far it has come. */
  readonly checkpoint: string | null;
  /** The file that it goes on from. */
  readonly resume: string | null;
}

export interface SearchedProgram {
  readonly exploration: Exploration;
  /** What a worker died of; the rest has been searched up to that moment. */
  readonly error: Error | null;
}

/** Options that say how one program is searched, each null if it was not given. */
const OF_ONE_PROGRAM = [
  'slots',
  'max-preemptions',
  'max-executions',
  'strategy',
  'schedule',
  'jobs',
  'checkpoint',
  'resume',
  'shard',
] as const;

export type GivenSearchOptions = Readonly<Record<(typeof OF_ONE_PROGRAM)[number], unknown>>;

/** Throws a UsageError where no search of one program is made: such an option would do nothing. */
export function refuseSearchOptions(given: GivenSearchOptions, why: string): void {
  const idle = OF_ONE_PROGRAM.find((name) => given[name] !== null);
  if (idle !== undefined)
    throw new UsageError(`--${idle} is for the search of one program, and ${why}: leave one of them out.`);
}

const CHECKPOINT_MS = 10_000;
const PROGRESS_MS = 200;

/** Searches in workers, shows how far it has come, and keeps that in a file. */
export async function search(asked: AskedSearch, context: Context): Promise<SearchedProgram> {
  const { program, scheme, options, checkpoint } = asked;
  const campaign = await campaignOf(program, scheme, options);
  checkSplit(asked, campaign);
  const units = campaign.units.length;
  if (asked.shard !== null && unitsOf(asked.shard, units).length === 0) {
    context.remark(
      `Nothing is left for --shard ${showShard(asked.shard)}: other shards have the ${units === 1 ? 'only unit' : `${withCommas(units)} units`} of the search.`,
    );
  }
  if (checkpoint !== null) checkWritable(checkpoint);
  using lock = lockFile(checkpoint);
  const coverage = new Coverage(asked, campaign, lock);
  const control = new SearchControl(options.maxExecutions ?? Infinity);
  const until = performance.timeOrigin + performance.now() + 1000 * (options.maxSeconds ?? Infinity);
  const { queue } = coverage;
  const shown = setInterval(() => context.progress.show(coverage.progress(control)), PROGRESS_MS);
  let error: Error | null = null;
  try {
    const tell = (result: UnitResult): void => {
      try {
        coverage.add(result);
      } catch (failed) {
        error = failed as Error;
        control.stop();
      }
    };
    const jobs = jobsOf(asked.jobs, queue.length, campaign);
    const { signal } = context;
    if (queue.length > 0) {
      const fallen = await searchInParallel({
        program,
        scheme,
        options,
        queue,
        until,
        jobs,
        control,
        model: campaign.model,
        signal,
        tell,
      });
      error ??= fallen;
    }
    coverage.write();
  } finally {
    clearInterval(shown);
    context.progress.clear();
  }
  return { exploration: coverage.exploration(error !== null), error };
}

/** How many workers begin, and how many there are later on. */
function jobsOf(jobs: number | null, units: number, { strategy }: Campaign): readonly [number, number] {
  const most = Math.min(jobs ?? (strategy.splits ? availableParallelism() : 1), Math.max(1, units));
  return [jobs === null ? 1 : most, most];
}

function checkSplit({ jobs, shard, checkpoint, resume }: AskedSearch, { strategy }: Campaign): void {
  const option = [
    shard && '--shard',
    jobs !== null && jobs > 1 && '--jobs',
    resume !== null && '--resume',
    checkpoint !== null && '--checkpoint',
  ].find((each) => typeof each === 'string');
  if (option === undefined || strategy.splits) return;
  const those = strategies.filter(({ splits }) => splits).map(({ id }) => id);
  throw new UsageError(
    `${option} needs a search that can be split, and ${strategy.id} cannot: leave it out, or take --strategy ${those.join(', ')}.`,
  );
}

/** What was searched so far, in this run and in those that it goes on from. */
class Coverage {
  /** The units that are left to search. */
  readonly queue: readonly number[];
  /** How many there are of the shard or of the whole search. */
  readonly #units: number;
  readonly #asked: AskedSearch;
  readonly #lock: Lock;
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

  constructor(asked: AskedSearch, campaign: Campaign, lock: Lock) {
    this.#asked = asked;
    this.#lock = lock;
    this.#campaign = campaign;
    const { checkpoint, resume, shard } = asked;
    this.#name = (checkpoint ?? resume) === null ? null : searchName(campaign);
    const before = this.#name && resumed(asked, this.#name);
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

  progress({ executions, depth }: SearchControl): string {
    const seconds = (performance.now() - this.#began) / 1000;
    return progressText({
      executions: this.#before + executions,
      here: executions,
      depth,
      seconds,
      done: this.#done.size,
      units: this.#units,
      estimate: this.#estimate,
    });
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
    const { checkpoint, shard } = this.#asked;
    if (checkpoint === null || this.#name === null) return;
    const done = [...this.#done].toSorted((a, b) => a - b);
    const kept = { search: this.#name, shard, done, partial: this.#total.result(), seconds: this.#seconds };
    this.#lock.check();
    writeFile(checkpoint, printCheckpoint(kept));
    this.#written = performance.now();
  }

  get #estimate(): Estimate | null {
    return estimateOf(this.#total.result(), this.#done.size, this.#units);
  }

  exploration(fell: boolean): Exploration {
    const estimate = this.#estimate;
    for (const { partial } of this.#begun) this.#total.add(partial);
    const endings = this.#begun.map(({ endedBy }) => endedBy);
    // The first unit that meets a limit stops the others, as if they had been interrupted.
    let endedBy: Ending | null = endings.find((each) => each !== 'interrupt') ?? endings[0] ?? null;
    if (this.#done.size < this.#units || fell) endedBy ??= 'interrupt';
    const { shard } = this.#asked;
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
function resumed({ resume, checkpoint, shard }: AskedSearch, name: SearchName): Checkpoint | null {
  if (resume === null) return null;
  const read = readCheckpoint(resume, resume === checkpoint);
  if (read) checkResumable(resume, read, name, shard);
  return read;
}

export function readCheckpoint(path: string): Checkpoint;
export function readCheckpoint(path: string, mayLack: boolean): Checkpoint | null;
export function readCheckpoint(path: string, mayLack = false): Checkpoint | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayLack) return null;
    throw new UsageError(
      `The checkpoint ${path} cannot be read (${code ?? message}): give the path of a file that --checkpoint has written.`,
      { cause: error },
    );
  }
  return parseCheckpoint(text, path);
}
