import { existsSync } from 'node:fs';
import {
  type Effort,
  FULL_EFFORT,
  leastSeconds,
  QUICK,
  QUICK_SECONDS,
  TimeLimit,
} from '../../bench/effort.ts';
import {
  type BenchResult,
  newResult,
  obstacle,
  printBench,
  readBench,
  structureMember,
  thisMachine,
} from '../../bench/result-file.ts';
import { BENCH_ENGINES } from '../../bench/scheme-contender.ts';
import type { Suite } from '../../bench/plan.ts';
import { runSuite, sizeOf, type SuiteProgress } from '../../bench/suite.ts';
import { POOL_WORKLOADS, SET_WORKLOADS, SPECIAL_WORKLOADS } from '../../bench/workloads.ts';
import { listed } from '../../counted.ts';
import { STRIDES } from '../../laboratory/edge.ts';
import { MAX_CACHE } from '../../laboratory/shared.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import { UsageError } from '../../errors.ts';
import { shellWord } from '../../visible.ts';
import { command, type Command, type Context, type OptionValues } from '../arguments/command.ts';
import { choice, flag, integer, number, text, texts } from '../arguments/option.ts';
import {
  drawnSeed,
  NOTHING_LEFT,
  QUICK_SCHEMES,
  suiteOf,
  structuresAsked,
  tooFew,
  workloadsOf,
} from '../bench-choices.ts';
import { CAPACITY, MOST_PAYLOAD } from '../bench-amounts.ts';
import { checkResultFiles, compare, firstGiven, tellFile, tellResult, tellLeftOut } from '../bench-result.ts';
import { runTargets } from '../bench-targets.ts';
import { htmlOption, plotsOption } from '../page.ts';
import { type Lock, lockFile } from '../terminal/lock.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';

const options = {
  quick: flag(
    `A small part of it, with --max-seconds ${QUICK_SECONDS} unless another time is given. Without --scheme, ${QUICK_SCHEMES.join(', ')} and the peers come first. With --targets: fewer workloads and repetitions.`,
  ),
  'max-seconds': number(
    'S',
    `End after S seconds, on a busy machine too: where they are short there are fewer repetitions, what cannot come to its end does not begin, and what is left out is named. Default: no limit, with --quick ${QUICK_SECONDS}.`,
    { least: 1, most: 1e9 },
  ),
  scheme: texts('ID', 'A scheme, with parameters as in epochs:period=4. Default: all.'),
  structure: texts(
    'ID',
    `The structure: michael-scott, the queue, which is the default, another one of list, or the path of a file with your own. Several are measured side by side: give it again, or pools, for all that values are put into and taken out of and that have room for ${CAPACITY}, or sets. That is without the sweep and the stalls.`,
  ),
  engine: texts('NAME', `One of ${BENCH_ENGINES.join(', ')}, or all. Default: atomics and wasm.`),
  workload: texts(
    'NAME',
    `One of ${POOL_WORKLOADS.join(', ')}, or of a set ${SET_WORKLOADS.join(', ')}. Default: all that suit the structure but ${listed(SPECIAL_WORKLOADS)}.`,
  ),
  keys: texts(
    'N',
    'Of a set: from how many keys the threads draw. Default: 16, 256 and 4096, with --quick 256.',
  ),
  threads: texts('N', 'Worker threads. Default: 0.5, 1, 2 and 4 times the cores.'),
  think: choice(['no', 'yes', 'both'], 'no', 'Random 50 to 150 ns between operations.'),
  prefill: texts(
    'N',
    `Values inside at the start, which is how long a queue is: 0 to ${CAPACITY}. Default: 512 for fifty-fifty, half the keys of a set, else 0.`,
  ),
  roles: texts(
    'K:M',
    'In producers-consumers: K threads put in and M take out, over and over, as in 1:3. Default: 1:1.',
  ),
  payload: texts(
    'BYTES',
    `Bytes that come with each value, in memory beside the structure: they are written before it is put in and read after it is taken out. A multiple of 4, up to ${MOST_PAYLOAD}. Default: 0.`,
  ),
  cache: texts(
    'N',
    `Free slots in a magazine of a thread, which keeps up to two: 0, no caches, to ${MAX_CACHE}, or usual. Not of the sweep and the stalls. Default: usual.`,
  ),
  stride: texts(
    'WORDS',
    `Words of a slot: ${STRIDES.join(', ')} or usual, or of segments another number; 16 words are a line of 64 bytes. Not of the sweep and the stalls. Default: usual.`,
  ),
  'free-list': texts(
    'LIST',
    'The free list of the slab: stack, or ring, from which the slot that was freed first is taken first, on atomics alone; both for a comparison. Not of the sweep and the stalls. Default: stack.',
  ),
  'no-peers': flag('Without postMessage, the mutex queue and the rings.'),
  native: flag(
    'Native programs beside it: the C++ reference of the queue, and what boost, Concurrency Kit and liburcu have. They are compiled with g++, where it and their headers are found.',
  ),
  'no-memory': flag('Without the sweep of thresholds and periods, and without the stalls.'),
  'stall-step': texts(
    'STEP',
    'Before which step threads stop for good in the experiment with stalled threads: a label such as E5, or every, for each read that protects something. Default: the last such read before a value is taken out.',
  ),
  targets: flag(
    'Compares the lab with native code and JavaScript peers in one run, and says which speed targets are met.',
  ),
  out: text('FILE', 'Writes each finished cell there. If the file exists, the run is continued from it.'),
  csv: text('FILE', 'Writes the cells there as a table, or the differences of several results.'),
  'long-csv': text(
    'FILE',
    'Writes single figures there, a row for each: repetitions, buckets of latencies, ages and frees, looks at unreclaimed slots, points of stalls, wraps of tags.',
  ),
  markdown: text(
    'FILE',
    'Writes the tables there in Markdown, with the machine, the spread and how it was measured: for a README or an issue.',
  ),
  html: htmlOption,
  plots: plotsOption,
  seed: integer('N', 'The seed of all random choices. Default: drawn at random, and printed.', {
    least: 0,
    most: 2 ** 32 - 1,
  }),
};

type BenchGiven = OptionValues<typeof options>;

export const benchCommand: Command = command({
  name: 'bench',
  summary:
    'Measures throughput, latency and memory of schemes and peers; or shows a result, or compares several.',
  about:
    'Workers are started once, and all contenders take turns (A B C A B C …) until the repetitions agree or there are enough of them. The ' +
    'round trip of a word between two cores is measured before and after each repetition, and only repetitions of one kind are put ' +
    'together. The exit status is 1 if a stalled thread holds back more than the scheme claims. With a result file it shows that one, and with several it compares each with the first.',
  positionals: [
    {
      name: 'results',
      help: 'A result file to be shown, or several: each of the others is compared with the first.',
      optional: true,
      many: true,
    },
  ],
  options,
  examples: [
    ['lockfree-lab bench --quick', 'A first look, in half a minute.'],
    [
      'lockfree-lab bench --out result.json --csv result.csv --max-seconds 600',
      'As much of it as ten minutes suffice for. The same line again continues, after Ctrl-C too.',
    ],
    [
      'lockfree-lab bench --quick --structure treiber-stack',
      'The same on a stack, without peers, which are queues.',
    ],
    [
      'lockfree-lab bench --structure michael-list --workload contains-90 --keys 256 --threads 2',
      'A set of 256 keys in which nine of ten operations look one up.',
    ],
    [
      'lockfree-lab bench --structure treiber-stack --native --workload pairs',
      'A stack beside those of C and C++ libraries.',
    ],
    [
      'lockfree-lab bench --structure pools --scheme epochs',
      'Queues, stacks and the like side by side, and how fast each is against the first.',
    ],
    ['lockfree-lab bench --targets', 'Does it meet its speed targets on this machine?'],
    ['lockfree-lab bench before.json after.json', 'Which differences are real. There may be more files.'],
    [
      'lockfree-lab bench result.json --plots plots --markdown result.md',
      'Plots and tables of what was measured before.',
    ],
  ],
  run: async (context, given, files) => {
    const began = performance.now();
    if (files.length > 0) {
      const idle = firstGiven(without(OF_FILES, given));
      if (idle !== undefined)
        throw new UsageError(
          `--${idle} is for a measurement, and files are only shown or compared: leave one of them out.`,
        );
      return files.length === 1 ? tellFile(files[0], given, context) : compare(context, files, given);
    }
    if (given.targets) {
      if (firstGiven(without(OF_TARGETS, given)) !== undefined)
        throw new UsageError(
          '--targets says itself what is measured: give --scheme, --workload, --threads, --quick, --max-seconds, --seed or --out beside it.',
        );
      return runTargets(context, given, began);
    }
    if (given.out !== null) checkWritable(given.out);
    checkResultFiles(given);
    using lock = lockFile(given.out);
    const measured = await structuresAsked(given);
    const before = startOf(given, measured);
    const { seconds = Infinity } = before.effort;
    const limit = new TimeLimit(seconds, began, context.signal);
    const planned = await plannedWithin(limit, given, measured, before.seed, context.signal);
    if (before.structure !== undefined && !given['no-peers'])
      context.remark('The peers in JavaScript are left out: they are queues.');
    for (const each of [...tooFew(given, workloadsOf(given, measured)), ...planned.refusals])
      context.remark(each);
    // What is measured beside the contenders does not stand for them.
    const isEmpty = planned.trials.length === 0 && planned.parts.every(({ list }) => list === 'sweep');
    if (isEmpty || sizeOf(planned) === 0) throw new UsageError(NOTHING_LEFT);
    const result = await runSuite(planned, before.effort, before, {
      limit,
      ...progressOf(context, given, planned, lock),
    });
    context.progress.clear();
    const told = await tellResult(result, given, context);
    if (result.complete) return told;
    const over = context.signal.aborted ? null : `The ${seconds} s of ${limitOf(given)} were over`;
    const [first] = planned.parts;
    const needed = leastSeconds(first?.block.conditions.threads ?? 1, before.effort);
    const missing = tellLeftOut(result, planned, { limit: over, needed, out: given.out }, context);
    return { ...told, document: { ...told.document, leftOut: missing } };
  },
});

function progressOf(
  { progress }: Context,
  { out }: BenchGiven,
  planned: Suite,
  lock: Lock,
): Omit<SuiteProgress, 'limit'> {
  const size = sizeOf(planned);
  const began = performance.now();
  let first: number | null = null;
  return {
    onResult: (result) => {
      if (out === null) return;
      lock.check();
      writeFile(out, printBench(result));
    },
    onProgress: (done, what) => {
      first ??= done;
      const each = (performance.now() - began) / Math.max(1, done - first) / 60_000;
      const left = done > first ? `, about ${Math.ceil(each * (size - done))} min left` : '';
      progress.show(`${done} of ${size} cells${left}: ${what}`);
    },
  };
}

/** Options that go with results that were measured before. */
const OF_FILES: readonly string[] = ['csv', 'long-csv', 'markdown', 'html', 'plots'];

/** Options that go with the targets, and those that leave out what has no part in them. */
const OF_TARGETS: readonly string[] = [
  'targets',
  'scheme',
  'workload',
  'threads',
  'quick',
  'max-seconds',
  'seed',
  'out',
  'no-peers',
  'no-memory',
];

/** The options of this command but for some. */
function without(some: readonly string[], given: BenchGiven): Record<string, unknown> {
  const own = Object.keys(options) as (keyof BenchGiven)[];
  return Object.fromEntries(own.filter((name) => !some.includes(name)).map((name) => [name, given[name]]));
}

/** The option that says how long it may take. */
function limitOf(given: BenchGiven): string {
  return given['max-seconds'] === null ? '--quick' : '--max-seconds';
}

/** Plans a suite, for which native programs may have to be compiled. Throws a UsageError if the time is over before they are. */
async function plannedWithin(
  limit: TimeLimit,
  given: BenchGiven,
  measured: readonly StructureClass[],
  seed: number,
  interrupted: AbortSignal,
): Promise<Suite> {
  try {
    return await suiteOf(given, measured, seed, limit.signal);
  } catch (error) {
    if (!limit.signal.aborted || interrupted.aborted) throw error;
    throw new UsageError(
      `The time of ${limitOf(given)} was over while native programs were compiled: give more to --max-seconds, or leave --native out.`,
      { cause: error },
    );
  }
}

function effortOf(given: BenchGiven): Effort {
  const seconds = given['max-seconds'];
  return { ...(given.quick ? QUICK : FULL_EFFORT), ...(seconds !== null && { seconds }) };
}

/** The result to begin with: the one in `--out`, or an empty one. */
function startOf(given: BenchGiven, measured: readonly StructureClass[]): BenchResult {
  const { out, seed } = given;
  const [on, machine, effort] = [structureMember(measured), thisMachine(), effortOf(given)];
  if (out !== null && existsSync(out)) {
    const before = readBench(out);
    const reason = obstacle(before, machine, effort, { seed, ...on });
    if (reason !== null) {
      throw new UsageError(`The run cannot go on in ${out} (${reason}): give another file to --out.`);
    }
    return { ...before, effort, complete: false };
  }
  const again = `npx lockfree-lab ${process.argv.slice(2).map(shellWord).join(' ')}`;
  return newResult({ command: again, ...on, seed: seed ?? drawnSeed(), machine, effort });
}
