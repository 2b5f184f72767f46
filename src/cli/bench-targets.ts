import { existsSync, readFileSync } from 'node:fs';
import { measureTargets, printTargets, targetsBefore } from '../../bench/targets/measure.ts';
import type { TargetOptions } from '../../bench/targets/targets.ts';
import { targetsText } from '../../bench/targets/text.ts';
import { FULL_EFFORT, QUICK, TimeLimit } from '../bench/effort.ts';
import { counted, withCommas } from '../counted.ts';
import { UsageError } from '../errors.ts';
import { chooseScheme } from '../laboratory/registry.ts';
import { noteText } from '../report/text/columns.ts';
import type { Context, Result } from './arguments/command.ts';
import { lockFile } from './terminal/lock.ts';
import { checkWritable, writeFile } from './terminal/output.ts';
import { CAPACITY } from './bench-amounts.ts';
import { drawnSeed, NOTHING_LEFT, threadsOf, tooFew, workloadsOf } from './bench-choices.ts';

/** The schemes whose claims make them a choice: the targets are about these, unless others are asked for. */
const TARGETED = ['tagged', 'hazard-pointers', 'hazard-pointers:linger=on', 'epochs'];

/** What of the options of `bench` is for the targets. */
interface TargetsGiven {
  readonly scheme: readonly string[];
  readonly workload: readonly string[];
  readonly threads: readonly string[];
  readonly quick: boolean;
  readonly seed: number | null;
  readonly 'max-seconds': number | null;
  readonly out: string | null;
}

async function targetsOf(given: TargetsGiven): Promise<TargetOptions> {
  const { scheme, seed } = given;
  const specs = scheme.length > 0 ? scheme : TARGETED;
  return {
    choices: await Promise.all(specs.map((spec) => chooseScheme(spec))),
    workloads: workloadsOf(given),
    threads: threadsOf(given),
    capacity: CAPACITY,
    seed: seed ?? drawnSeed(),
  };
}

/**
 * Measures the lab by its targets, and says which are met.
 *
 * @param began when the command began, in the milliseconds of `performance.now()`
 */
export async function runTargets(context: Context, given: TargetsGiven, began: number): Promise<Result> {
  const { remark, progress, print, style } = context;
  const { out } = given;
  if (out !== null) checkWritable(out);
  using lock = lockFile(out);
  const effort = given.quick ? QUICK : FULL_EFFORT;
  const before =
    out !== null && existsSync(out) ? targetsBefore(readFileSync(out, 'utf8'), out, effort) : null;
  const asked = await targetsOf({ ...given, seed: given.seed ?? before?.seed ?? null });
  const seconds = given['max-seconds'] ?? Infinity;
  const limit = new TimeLimit(seconds, began, context.signal);
  let blocks = 0;
  let done = 0;
  let told: readonly string[] = [];
  const result = await measureTargets(asked, effort, tooFew(given, asked.workloads), before?.blocks ?? [], {
    limit,
    onNotes: (notes) => {
      told = notes;
      for (const note of notes) remark(note);
    },
    onProgress: (finished, of, what) => {
      [done, blocks] = [finished, of];
      progress.show(`${finished} of ${of} blocks: ${what}`);
    },
    onResult: (now) => {
      if (out === null) return;
      lock.check();
      writeFile(out, printTargets(now));
    },
  });
  if (result === null) throw new UsageError(NOTHING_LEFT);
  progress.clear();
  if (out !== null && result.complete === true) writeFile(out, printTargets(result));
  print(targetsText(result.targets, style));
  for (const note of result.notes.filter((each) => !told.includes(each))) remark(note);
  if (result.complete === false) {
    const why = context.signal.aborted ? 'Interrupted' : `The ${seconds} s of --max-seconds were over`;
    print(
      `\n${noteText(`${why}: ${withCommas(done)} of ${counted(blocks, 'block')} of contenders were measured at least once; ${out === null ? 'nothing was kept, since --out was not given' : `the same line continues from ${out}`}.`, style)}`,
    );
  }
  return { broken: false, document: { ...result } };
}
