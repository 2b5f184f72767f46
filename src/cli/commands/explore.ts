import { noChainsNote, sizesAsked } from '../../laboratory/batch.ts';
import { parseProgram } from '../../laboratory/program.ts';
import { chooseScheme, usualScheme } from '../../laboratory/registry.ts';
import type { FreeList } from '../../laboratory/edge.ts';
import { checkGeometry, enoughSlots, USUAL_SLOTS } from '../../laboratory/shared.ts';
import { UsageError } from '../../errors.ts';
import { breaksClaims, type Exploration, type ExploreOptions, withFacts } from '../../explore/explore.ts';
import { parseShard, type Shard } from '../../explore/campaign/shard.ts';
import { strategies, strategyOf } from '../../search/strategies/all.ts';
import { factsInWorker } from '../../explore/campaign/parallel-search.ts';
import { wrap } from '../../report/text/columns.ts';
import { explorationJson, explorationText, explorationVerdict } from '../../report/text/exploration-text.ts';
import { shrunkJson } from '../../report/text/shrunk-text.ts';
import { command, type Command, type Context } from '../arguments/command.ts';
import { type AskedSearch, merged, refuseSearchOptions, search } from '../explore-search.ts';
import { checkFolder, htmlOption, pageCommand, plotsOption, writePlots } from '../page.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';
import { mutantOption } from '../mutant.ts';
import { freeListOption, programAsked } from '../arguments/module-url.ts';
import { flag, integer, integerOr, number, text } from '../arguments/option.ts';
import { shrunkOf } from '../shrinking.ts';
import { smallestProgram } from '../smallest.ts';

export const exploreCommand: Command = command({
  name: 'explore',
  summary: 'Runs a small program under every interleaving, and tells the shortest story of a failure.',
  about:
    'Executions that differ only in the order of steps that do not depend on each other form a class, and one of each class is run. ' +
    'Shared memory is sequentially consistent, so a search that is complete has seen everything that can happen. The exit status is ' +
    '1 if there is damage that the scheme promises not to do.',
  positionals: [{ name: 'file', help: 'The parts for --merge.', optional: true, many: true }],
  options: {
    program: text(
      'PROGRAM',
      'What the structure holds, and the operations of each thread: "[A] d | d e d". Of the queue e is enqueue, d dequeue, e3 and d3 batches of three, e*3 and d*3 chains of three, by one step, of the stack they are push, pop, push3, pop3; i is isEmpty, (e d)x4 four times e d; collect, offline, adopt, leave and die are words too (lockfree-lab explain program).',
    ),
    structure: text(
      'ID',
      'The structure that the program works on, as in treiber-stack:[A] pop | push, michael-list:[1 3] +2 | -1, segments:[A B] e | d, scq:[A] e | d, vyukov-ring:e | e d or shann-ring:e | e d; or the path of a file with your own. Default michael-scott, the queue.',
    ),
    scheme: text('ID', 'The scheme, as in hazard-pointers:threshold=1. Default naive; tagged without slots.'),
    slots: integer('N', 'The slots of the slab. Default: 6, or as many as the scheme needs.', {
      least: 2,
      most: 4096,
    }),
    cache: integerOr(
      0,
      'N',
      'Free slots in a magazine of a thread; each thread keeps up to two. 0 is no caches.',
      { least: 0, most: 64 },
    ),
    'free-list': freeListOption,
    'max-preemptions': integer(
      'N',
      'Only executions with at most N preemptions, those with the fewest first.',
      { least: 0, most: 99 },
    ),
    'max-executions': integer('N', 'End after N executions.', { least: 1, most: 2 ** 31 }),
    'max-seconds': number('S', 'End after S seconds. Default 60; with --checkpoint none.', {
      least: 0.1,
      most: 86_400,
    }),
    mutant: mutantOption,
    strategy: text(
      'ID',
      `Which executions are made: ${strategies.map(({ id }) => id).join(', ')}. Default exhaustive.`,
    ),
    seed: integerOr(1, 'N', 'The seed of all random choices.', { least: 0, most: 2 ** 32 - 1 }),
    depth: integerOr(
      2,
      'N',
      'For pct: how many pairs of steps must come in a certain order for the damage.',
      { least: 1, most: 99 },
    ),
    runs: integerOr(10_000, 'N', 'How many executions pct, pos and random-walk make.', {
      least: 1,
      most: 2 ** 31,
    }),
    schedule: text('SCHEDULE', 'For replay: which thread moves, as in 1x5,2x19,1.'),
    first: flag('End at the first damage.'),
    shrink: number(
      'S',
      'Seconds to look for a smaller program that fails; 0 shows the failure as it was found. Default 10.',
      { least: 0, most: 86_400 },
    ),
    jobs: integer(
      'N',
      'Worker threads that share the search. Default: one for each core, if it takes longer than a second.',
      { least: 1, most: 256 },
    ),
    checkpoint: text('FILE', 'Writes there what was searched, every ten seconds and at the end.'),
    resume: text(
      'FILE',
      'Continues from there. With the same file for --checkpoint it begins if there is no file yet.',
    ),
    shard: text('I/N', 'Searches only part I of N, for --merge.'),
    units: integerOr(
      256,
      'N',
      'About how many units the search is split into: the same number for all its shards.',
      { least: 1, most: 100_000 },
    ),
    smallest: flag(
      'Looks for the smallest program that shows damage, in place of one program: up to three threads, in every order of them, with batches ' +
        'where there is one thread, for as long as --max-seconds says. With --mutant: for the smallest that finds the bug.',
    ),
    html: htmlOption,
    plots: plotsOption,
    merge: flag('Adds up the shards in the given files, and reports the whole search.'),
  },
  examples: [
    ['lockfree-lab explore --program "[A] d | d e d"', 'ABA under naive reuse, found and told.'],
    ['lockfree-lab explore --program "e d | d" --scheme tagged', 'Every interleaving, and nothing found.'],
    [
      'lockfree-lab explore --structure treiber-stack --program "[A B] pop | pop pop push"',
      'ABA at the top of a stack.',
    ],
    [
      'lockfree-lab explore --program "michael-list:[1] +2 | -1" --scheme hazard-pointers',
      'A set as a list: a key goes in while the one before it goes out.',
    ],
    [
      'lockfree-lab explore --program "e d | e d" --scheme tagged --shard 2/3 --checkpoint 2.json',
      'The second of three parts.',
    ],
    ['lockfree-lab explore --merge 1.json 2.json 3.json', 'The result of all three.'],
  ],
  run: async (context, options, files) => {
    if (options.html !== null) checkWritable(options.html);
    if (options.plots !== null) checkFolder(options.plots);
    if (options.smallest) return smallestProgram(options, context);
    const { exploration: searched, error } = options.merge
      ? { exploration: await mergedFrom(files, options), error: null }
      : await search(await searchAsked(options, files), context);
    if (error && searched.executions === 0) throw error;
    const exploration = options.first || error ? searched : await withItsFacts(searched, context);
    const { print, remark, style } = context;
    const choice = await chooseScheme(exploration.scheme);
    const chains = noChainsNote(parseProgram(exploration.program), choice);
    if (chains !== null) remark(chains);
    print(explorationText(exploration, style));
    const broken = breaksClaims(exploration);
    const { shrunk, played } = await shrunkOf(
      exploration,
      options.shrink ?? 10,
      context,
      options.html !== null,
    );
    if (options.html !== null) {
      const { explorationPage } = await import('../../report/page/report-pages.ts');
      const report = { exploration, choice, broken, shrunk, played };
      writeFile(options.html, explorationPage(report, pageCommand()));
    }
    if (options.plots !== null) {
      const { explorationCharts } = await import('../../report/plots/result-charts.ts');
      await writePlots(options.plots, explorationCharts(exploration));
    }
    if (error) throw error;
    const last = explorationVerdict(exploration, choice, broken);
    print(['', ...wrap(last, style.columns, '  ').map(broken ? style.damage : style.ok)].join('\n'));
    const document = {
      ...explorationJson(exploration, broken),
      shrunk: shrunk ? shrunkJson(shrunk, null) : null,
    };
    return { broken, document };
  },
});

async function mergedFrom(files: readonly string[], given: ExploreGiven): Promise<Exploration> {
  const { program } = given;
  if (program !== null) {
    throw new UsageError(
      '--merge takes the program from its files, and was given --program as well: leave that out.',
    );
  }
  refuseSearchOptions(given, '--merge adds up what was searched');
  return merged(files, given);
}

interface ExploreGiven {
  readonly program: string | null;
  readonly structure: string | null;
  readonly scheme: string | null;
  readonly slots: number | null;
  readonly cache: number;
  readonly 'free-list': FreeList;
  readonly first: boolean;
  readonly 'max-executions': number | null;
  readonly 'max-seconds': number | null;
  readonly jobs: number | null;
  readonly checkpoint: string | null;
  readonly resume: string | null;
  readonly shard: string | null;
  readonly units: number;
  readonly strategy: string | null;
  readonly 'max-preemptions': number | null;
  readonly seed: number;
  readonly depth: number;
  readonly runs: number;
  readonly schedule: string | null;
}

/** What is to be searched, as the options say. */
async function searchAsked(given: ExploreGiven, files: readonly string[]): Promise<AskedSearch> {
  const { checkpoint, resume, jobs } = given;
  if (files.length > 0) {
    throw new UsageError(`"explore" does not know what to do with "${files[0]}": files are for --merge.`);
  }
  if (given.program === null) {
    throw new UsageError('explore lacks its program: give one, as in --program "[A] d | d e d".');
  }
  const program = await programAsked(given.structure, given.program);
  const sizes = sizesAsked(parseProgram(program));
  const scheme = given.scheme ?? usualScheme(sizes.structure);
  const choice = await chooseScheme(scheme);
  const slab = { cache: given.cache, freeList: given['free-list'] };
  const size = { ...sizes, ...slab };
  const slots = enoughSlots(given.slots, USUAL_SLOTS, choice, size);
  checkGeometry({ ...size, slots }, choice);
  const shard = shardAsked(given);
  // What is kept can be gone on from, so it need not end in a minute.
  const maxSeconds = given['max-seconds'] ?? (checkpoint === null ? 60 : Infinity);
  const maxExecutions = given['max-executions'] ?? Infinity;
  const limits = {
    slots,
    ...slab,
    maxSeconds,
    maxExecutions,
    units: given.units,
    firstOnly: given.first,
  };
  return {
    program,
    scheme,
    options: { ...limits, ...strategyAsked(given) },
    jobs,
    shard,
    checkpoint,
    resume,
  };
}

function shardAsked({ shard, checkpoint }: ExploreGiven): Shard | null {
  if (shard === null) return null;
  const parsed = parseShard(shard);
  if (!parsed) {
    throw new UsageError(
      `--shard cannot be "${shard}": give one part of several, as in 2/3, from 1/3 to 3/3.`,
    );
  }
  if (checkpoint === null) {
    throw new UsageError(
      `--shard ${shard} is to be merged with the others: say where to keep it, as in --checkpoint part-${parsed.part}.json.`,
    );
  }
  return parsed;
}

/** The strategy and what it needs. */
function strategyAsked({
  strategy,
  'max-preemptions': bound,
  ...rest
}: ExploreGiven): Partial<ExploreOptions> {
  const { id } = strategyOf(strategy ?? (bound === null ? 'exhaustive' : 'bounded'));
  if (bound !== null && id !== 'bounded') {
    throw new UsageError(
      `--max-preemptions is for --strategy bounded, and not for ${id}: leave one of them out.`,
    );
  }
  if (id === 'replay' && rest.schedule === null) {
    throw new UsageError('--strategy replay lacks its schedule: give one, as in --schedule 1x5,2x19,1.');
  }
  if (id !== 'replay' && rest.schedule !== null)
    throw new UsageError(`--schedule is for --strategy replay, and not for ${id}: leave one of them out.`);
  const { seed, depth, runs } = rest;
  const schedule = rest.schedule ?? '';
  return { strategy: id, seed, depth, runs, schedule, ...(bound !== null && { preemptions: bound }) };
}

/** The same with facts beside it, if all of it was looked at in one way or another. */
async function withItsFacts(
  exploration: Exploration,
  { signal, progress, remark }: Context,
): Promise<Exploration> {
  const { program, scheme, slots, cache, freeList, strategy, preemptions, shard, endedBy } = exploration;
  if (endedBy === 'lost' || shard !== null || !strategyOf(strategy).exhausts) return exploration;
  progress.show('counting interleavings');
  const options = { slots, cache, freeList, ...(preemptions !== null && { preemptions }) };
  try {
    const facts = await factsInWorker({ program, scheme, options }, signal);
    return facts ? withFacts(exploration, facts) : exploration;
  } catch (failed) {
    // What was found stands without them.
    remark(`Interleavings were not counted: ${(failed as Error).message}`);
    return exploration;
  } finally {
    progress.clear();
  }
}
