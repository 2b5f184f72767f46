import { availableParallelism } from 'node:os';
import { withCommas } from '../counted.ts';
import { UsageError } from '../errors.ts';
import { type Campaign, campaignOf, type ExploreOptions } from '../explore/campaign/campaign.ts';
import { campaignNamed, checkResumable, readCheckpoint, searchName } from '../explore/campaign/checkpoint.ts';
import { Coverage } from '../explore/campaign/coverage.ts';
import { merge } from '../explore/campaign/merge.ts';
import { searchInParallel } from '../explore/campaign/parallel-search.ts';
import { SearchControl } from '../explore/campaign/search-control.ts';
import { type Shard, showShard, unitsOf } from '../explore/campaign/shard.ts';
import type { UnitResult } from '../explore/campaign/unit-search.ts';
import { type Exploration, explorationOf } from '../explore/explore.ts';
import { progressText } from '../report/text/exploration-progress.ts';
import { strategies } from '../search/strategies/all.ts';
import { visible } from '../visible.ts';
import type { Context } from './arguments/command.ts';
import { programFrom, schemeFrom } from './recording.ts';
import { lockFile } from './terminal/lock.ts';
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
  const coverage = new Coverage(campaign, {
    ...asked,
    keep: (path, text) => {
      lock.check();
      writeFile(path, text);
    },
  });
  const control = new SearchControl(options.maxExecutions ?? Infinity);
  const until = performance.timeOrigin + performance.now() + 1000 * (options.maxSeconds ?? Infinity);
  const { queue } = coverage;
  const shown = setInterval(
    () => context.progress.show(progressText(coverage.progress(control))),
    PROGRESS_MS,
  );
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
      const crash = await searchInParallel({
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
      error ??= crash;
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

/** What the command line says of a scheme and a structure of the user's own. */
interface GivenOwn {
  readonly scheme: string | null;
  readonly structure: string | null;
}

/**
 * The whole search that the parts in some files make; a scheme or a structure of a user's own has to be given, since a file never runs
 * code.
 */
export async function merged(paths: readonly string[], given: GivenOwn): Promise<Exploration> {
  if (paths.length === 0) {
    throw new UsageError(
      '--merge lacks the parts: give their files, as in explore --merge part-1.json part-2.json.',
    );
  }
  const parts = paths.map((path) => ({ path, checkpoint: readCheckpoint(path) }));
  const { partial, seconds } = merge(parts);
  const [{ path, checkpoint }] = parts;
  const named = checkpoint.search;
  const file = `the checkpoint ${visible(path)}`;
  const scheme = schemeFrom(file, named.scheme, given.scheme);
  const program = await programFrom(file, named.program, given.structure);
  const campaign = await campaignNamed({ ...named, program, scheme });
  // What has been added up is told as this lab sees it, so it has to be the lab that has searched it.
  checkResumable(path, { ...checkpoint, shard: null }, searchName(campaign), null);
  return explorationOf(campaign, { partial, done: named.units, endedBy: null, estimate: null, seconds });
}
