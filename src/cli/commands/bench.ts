import { existsSync } from 'node:fs';
import { measureTargets } from '../../../bench/targets/measure.ts';
import type { TargetOptions } from '../../../bench/targets/targets.ts';
import { targetsText } from '../../../bench/targets/text.ts';
import { withCommas } from '../../counted.ts';
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
import {
  doneOf,
  FULL_EFFORT,
  QUICK,
  QUICK_SECONDS,
  runSuite,
  sizeOf,
  type Suite,
} from '../../bench/suite.ts';
import { POOL_WORKLOADS, SET_WORKLOADS, tooFewThreads, type Workload } from '../../bench/workloads.ts';
import { chooseScheme } from '../../laboratory/registry.ts';
import { MAX_CACHE } from '../../laboratory/shared.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import { UsageError } from '../../errors.ts';
import { noteText } from '../../report/text/columns.ts';
import { shellWord } from '../../visible.ts';
import { compare, refuseBesideFiles } from '../bench-compare.ts';
import { command, type Command, type Context, type Result, type OptionValues } from '../arguments/command.ts';
import { choice, flag, integer, text, texts } from '../arguments/option.ts';
import { checkResultFiles, tellFile, tellResult } from '../bench-result.ts';
import { plotsOption } from '../plots.ts';
import { CAPACITY, suiteOf, structuresAsked, threadsOf, workloadsOf } from '../bench-choices.ts';
import { htmlOption } from '../page.ts';
import { type Lock, lockFile } from '../terminal/lock.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';

const options = {
  quick: flag(
    `A small part of it in ${QUICK_SECONDS} seconds: where they are short there are fewer repetitions, and what has not begun by then is left out. With --targets: fewer workloads and repetitions.`,
  ),
  scheme: texts('ID', 'A scheme, with parameters as in epochs:period=4. Default: all.'),
  structure: texts(
    'ID',
    'The structure: michael-scott, the queue, which is the default, another one of list, or the path of a file with your own. Several are measured side by side: give it again, or pools, for all that values are put into and taken out of, or sets. That is without the sweep and the stalls.',
  ),
  engine: texts('NAME', `One of ${BENCH_ENGINES.join(', ')}, or all. Default: atomics and wasm.`),
  workload: texts(
    'NAME',
    `One of ${POOL_WORKLOADS.join(', ')}, or of a set ${SET_WORKLOADS.join(', ')}. Default: all that suit the structure.`,
  ),
  keys: texts(
    'N',
    'Of a set: from how many keys the threads draw. Default: 16, 256 and 4096, with --quick 256.',
  ),
  threads: texts('N', 'Worker threads. Default: 0.5, 1, 2 and 4 times the cores.'),
  think: choice(['no', 'yes', 'both'], 'no', 'Random 50 to 150 ns between operations.'),
  prefill: integer(
    'N',
    'Values inside at the start. Default: 512 for fifty-fifty, half the keys of a set, else 0.',
    {
      least: 0,
      most: 4096,
    },
  ),
  cache: texts(
    'N',
    `Free slots in a magazine of a thread, which keeps up to two: 0, no caches, to ${MAX_CACHE}, or usual. Not of the sweep and the stalls. Default: usual.`,
  ),
  'no-peers': flag('Without postMessage, the mutex queue and the rings.'),
  native: flag(
    'Native programs beside it: the C++ reference of the queue, and what boost, Concurrency Kit and liburcu have. They are compiled with g++, where it and their headers are found.',
  ),
  'no-memory': flag('Without the sweep of thresholds and periods, and without the stalls.'),
  targets: flag(
    'Compares the lab with native code and JavaScript peers in one run, and says which speed targets are met.',
  ),
  out: text('FILE', 'Writes each finished cell there. If the file exists, the run is continued from it.'),
  csv: text('FILE', 'Writes the cells there as a table.'),
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
    'Measures throughput, latency and memory of schemes and peers; or shows a result, or compares two.',
  about:
    'Workers are started once, and all contenders take turns (A B C A B C …) until the repetitions agree or there are enough of them. The ' +
    'round trip of a word between two cores is measured before and after each repetition, and only repetitions of one kind are put ' +
    'together. The exit status is 1 if a stalled thread holds back more than the scheme claims. With a result file it shows that one, and with two it compares them.',
  positionals: [
    { name: 'before', help: 'A result file.', optional: true },
    { name: 'after', help: 'Another one, to be compared with it.', optional: true },
  ],
  options,
  examples: [
    ['lockfree-lab bench --quick', 'A first look, in half a minute.'],
    [
      'lockfree-lab bench --out result.json --csv result.csv',
      'All of it. After Ctrl-C the same line continues the run.',
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
    ['lockfree-lab bench before.json after.json', 'Which differences are real.'],
    ['lockfree-lab bench result.json --plots plots', 'The plots of what was measured before.'],
  ],
  run: async (context, given, files) => {
    if (files.length === 1) {
      const { csv: _csv, html: _html, plots: _plots, ...others } = given;
      refuseBesideFiles(others);
      return tellFile(files[0], given, context);
    }
    if (files.length > 0) {
      refuseBesideFiles(given);
      return compare(context, files);
    }
    if (given.targets) {
      return runTargets(context, given);
    }
    if (given.out !== null) checkWritable(given.out);
    checkResultFiles(given);
    using lock = lockFile(given.out);
    const measured = await structuresAsked(given);
    const before = startOf(given, measured);
    const planned = await suiteOf(given, measured, before.seed, context.signal);
    if (before.structure !== undefined && !given['no-peers'])
      context.remark('Every peer of JavaScript is left out: it is a queue.');
    for (const each of [...leftOut(given, workloadsOf(given, measured)), ...planned.refusals])
      context.remark(each);
    if (sizeOf(planned) === 0) throw new UsageError(NOTHING_LEFT);
    const result = await runSuite(planned, before.effort, before, progressOf(context, given, planned, lock));
    context.progress.clear();
    const told = await tellResult(result, given, context);
    if (!result.complete) tellUnfinished(doneOf(result), sizeOf(planned), given.out, context);
    return told;
  },
});

const NOTHING_LEFT =
  'Nothing is left to measure: ask for other workloads, for other engines or for more threads.';

/** Says of a run that was interrupted, or whose time was over, how far it came, and whether it can be continued. */
function tellUnfinished(
  done: number,
  all: number,
  out: string | null,
  { print, style, signal }: Context,
): void {
  let next = `the same line continues from ${out}`;
  if (out === null) next = 'nothing was kept, since --out was not given';
  else if (done === 0) next = `there is no file ${out} yet, which is written with the first of them`;
  const why = signal.aborted ? 'Interrupted' : `The ${QUICK_SECONDS} s of --quick were over`;
  const told = `${why}: ${withCommas(done)} of ${withCommas(all)} cells and experiments were finished; ${next}.`;
  print(`\n${noteText(told, style)}`);
}

function progressOf(
  { signal, progress }: Context,
  { out }: BenchGiven,
  planned: Suite,
  lock: Lock,
): Parameters<typeof runSuite>[3] {
  const size = sizeOf(planned);
  const began = performance.now();
  let first: number | null = null;
  return {
    signal,
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

/** What was asked for and cannot be measured. Where neither workloads nor threads were named, nothing of that was asked for. */
function leftOut(given: BenchGiven, workloads: readonly Workload[]): string[] {
  const isAsked = given.workload.length > 0 || given.threads.length > 0;
  return isAsked ? tooFewThreads(workloads, threadsOf(given)) : [];
}

/** The result to begin with: the one in `--out`, or an empty one. */
function startOf({ quick, out, seed }: BenchGiven, measured: readonly StructureClass[]): BenchResult {
  const [on, machine, effort] = [structureMember(measured), thisMachine(), quick ? QUICK : FULL_EFFORT];
  if (out !== null && existsSync(out)) {
    const before = readBench(out);
    const reason = obstacle(before, machine, effort, { seed, ...on });
    if (reason !== null) {
      throw new UsageError(`The run cannot go on in ${out} (${reason}): give another file to --out.`);
    }
    return { ...before, complete: false };
  }
  const again = `npx lockfree-lab ${process.argv.slice(2).map(shellWord).join(' ')}`;
  return newResult({ command: again, ...on, seed: seed ?? drawnSeed(), machine, effort });
}

/** The schemes whose claims make them a choice: the targets are about these, unless others are asked for. */
const TARGETED = ['tagged', 'hazard-pointers', 'epochs'];

async function targetsOf(given: BenchGiven): Promise<TargetOptions> {
  const { scheme, engine, think, prefill, out, csv, html, seed } = given;
  if (
    given.structure.length > 0 ||
    given.keys.length > 0 ||
    engine.length > 0 ||
    given.cache.length > 0 ||
    given.native ||
    think !== 'no' ||
    prefill !== null ||
    out !== null ||
    csv !== null ||
    html !== null ||
    given.plots !== null
  ) {
    throw new UsageError(
      '--targets says itself what is measured: give --scheme, --workload, --threads, --quick or --seed beside it, and --json for a file.',
    );
  }
  const specs = scheme.length > 0 ? scheme : TARGETED;
  return {
    choices: await Promise.all(specs.map((spec) => chooseScheme(spec))),
    workloads: workloadsOf(given),
    threads: threadsOf(given),
    capacity: CAPACITY,
    seed: seed ?? drawnSeed(),
  };
}

async function runTargets(
  { signal, remark, progress, print, style }: Context,
  given: BenchGiven,
): Promise<Result> {
  const asked = await targetsOf(given);
  const result = await measureTargets(
    asked,
    given.quick ? QUICK : FULL_EFFORT,
    leftOut(given, asked.workloads),
    {
      signal,
      onNotes: (notes) => {
        for (const note of notes) remark(note);
      },
      onProgress: (done, of, what) => progress.show(`${done} of ${of} blocks: ${what}`),
    },
  );
  if (result === null) throw new UsageError(NOTHING_LEFT);
  progress.clear();
  print(targetsText(result.targets, style));
  return { broken: false, document: { ...result } };
}

function drawnSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}
