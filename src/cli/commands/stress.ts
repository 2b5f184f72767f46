import { schemesOf, usualScheme } from '../../laboratory/registry.ts';
import { MIN_STRIDE } from '../../kernel/layout.ts';
import { MAX_STRIDE } from '../../laboratory/edge.ts';
import { MAX_CACHE, MAX_THREADS } from '../../laboratory/shared.ts';
import { UsageError } from '../../errors.ts';
import { writeSnapshot } from '../../observe/snapshot.ts';
import { stressTable } from '../../report/text/stress-table.ts';
import { stressText } from '../../report/text/stress-text.ts';
import { ENGINE_NAMES } from '../../stress/engines.ts';
import { MOST_KEYS } from '../../stress/key-ledger.ts';
import { MIX_NAMES } from '../../stress/mixes.ts';
import type { StressOptions } from '../../stress/options.ts';
import type { StressResult } from '../../stress/result.ts';
import { stressJson } from '../../report/run-documents.ts';
import { stressEach, tellUnfinished } from '../stress-runs.ts';
import { command, type Command, type OptionValues } from '../arguments/command.ts';
import { mutantOption } from '../mutant.ts';
import { choice, integer, number, text } from '../arguments/option.ts';
import { freeListOption, moduleOf, structureAsked, structureGiven } from '../arguments/module-url.ts';
import { checkFolder, htmlOption, pageCommand, plotsOption, writePlots } from '../page.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';

const options = {
  scheme: text(
    'ID|all',
    'The scheme, with parameters as in epochs:grace=1, or all of them. Default naive; tagged where the structure takes no slots.',
  ),
  structure: text(
    'ID',
    'The structure: michael-scott, the queue, which is the default, treiber-stack, segments, a queue of arrays, one of the sets michael-list, harris-list, scot-list and hash-set, chase-lev, a deque with one owner, scq, vyukov-ring and shann-ring, rings, or the path of a file with your own.',
  ),
  threads: integer('N', 'Worker threads. Default: one for each core, and at least 2.', {
    least: 1,
    most: MAX_THREADS,
  }),
  slots: integer('N', 'Slots of the slab. Default: 16 for naive, more for the others.', {
    least: 2,
    most: 2 ** 20 - 1,
  }),
  stride: integer(
    'N',
    'Words from one slot to the next: 8, 16 or 32. Default 8. A segment has a cell in each word from the 11th on: 11 to 1024, default 12.',
    { least: MIN_STRIDE, most: MAX_STRIDE },
  ),
  cache: integer(
    'N',
    'Free slots in a magazine; each thread keeps up to two magazines. Default 32 if there are 256 slots or more for each thread, else 0.',
    {
      least: 0,
      most: MAX_CACHE,
    },
  ),
  'free-list': freeListOption,
  mix: choice(
    MIX_NAMES,
    'pairs',
    'What the threads do; contains-90, for one: of 100 operations on a set 90 look a key up, and the others insert or remove one.',
  ),
  keys: integer('N', 'From how many keys the threads draw, of a set. Default 16.', {
    least: 1,
    most: MOST_KEYS,
  }),
  seconds: number('S', 'How long. Default 1, unless --ops is given.', { least: 0.01, most: 86_400 }),
  ops: integer('N', 'How many operations in all.', { least: 1, most: 1e12 }),
  engine: choice(
    ENGINE_NAMES,
    'atomics',
    'How threads run: JavaScript with Atomics, WebAssembly, or mixed (T2, T4 and so on are WebAssembly).',
  ),
  perturb: choice(
    ['auto', 'on', 'off'],
    'auto',
    'Short pauses at random steps, and waits for a slot to be recycled; auto: only where the scheme allows damage.',
  ),
  stall: text('POINT', 'Stops a thread for good: T2@D12, T2@D13#3 (third passing), T2@D13+ (after it).'),
  kill: text('POINT', 'Terminates the worker of a thread there.'),
  watchdog: integer('MS', 'How long one operation may take. Default 2000.', { least: 50, most: 600_000 }),
  variant: text('FILE', "A module with a structure or a slab of your own in place of the kernel's."),
  explain: number(
    'S',
    'On damage, seconds for the search of a short program with the same kind of damage; 0 searches none. Default 10.',
    { least: 0, most: 86_400 },
  ),
  mutant: mutantOption,
  snapshot: text('FILE', 'Writes the slab as it was at the end, for audit.'),
  html: htmlOption,
  plots: plotsOption,
  seed: integer('N', 'The seed of all random choices. Default: drawn at random, and printed.', {
    least: 0,
    most: 2 ** 32 - 1,
  }),
};

export const stressCommand: Command = command({
  name: 'stress',
  summary:
    'Runs threads freely on a queue, a stack, a set or a deque and accounts for every value and every slot.',
  about:
    'Ends at the first damage, or when the time is over. The threads run freely, so two runs differ even with the same seed. When ' +
    'there is damage, the explorer looks for the smallest program that shows the same kind of it. The exit status is 1 if the scheme ' +
    'promises that the damage cannot happen, or another claim is broken. Compiled steps have no labels: on the engine wasm no ' +
    'thread can be stalled or killed at a step, and no thread pauses at random steps.',
  options,
  examples: [
    ['lockfree-lab stress --scheme naive', 'Naive reuse until it breaks, usually within two seconds.'],
    ['lockfree-lab stress --scheme all --seconds 2', 'Two seconds of every scheme, and a table.'],
    ['lockfree-lab stress --scheme tagged --engine wasm', 'The same kernel compiled to WebAssembly.'],
    [
      'lockfree-lab stress --structure treiber-stack --scheme naive',
      'Naive reuse on a stack: pops without identity.',
    ],
    [
      'lockfree-lab stress --structure michael-list --scheme epochs --mix contains-90 --keys 256',
      'A set of 256 keys in which most operations look one up.',
    ],
    ['lockfree-lab stress --scheme epochs --stall T2@D12', 'How much garbage a stalled thread holds back.'],
  ],
  run: async (context, given) => {
    if (given.snapshot !== null) {
      if (given.scheme === 'all') {
        throw new UsageError('--snapshot writes one slab, and --scheme all makes several: give one scheme.');
      }
      checkWritable(given.snapshot);
    }
    if (given.html !== null) checkWritable(given.html);
    if (given.plots !== null) checkFolder(given.plots);
    const structure = await structureAsked(given.structure);
    const specs =
      given.scheme === 'all'
        ? schemesOf(structure).map(({ ID }) => ID)
        : [given.scheme ?? usualScheme(structure)];
    const asked = optionsOf(given);
    const explained = new Map<StressResult, Record<string, unknown> | null>();
    const all = await stressEach(specs, asked, context, async (result) => {
      context.print(stressText(result, context.style));
      if (result.snapshot === null) return;
      // Loaded on damage only: it brings along all that tells a story.
      const { explainResult } = await import('../explanation.ts');
      const limits = { variant: asked.variant ?? null, seconds: given.explain ?? 10 };
      explained.set(result, await explainResult(result, limits, context));
    });
    const { results, leftOut, missing } = all;
    if (given.snapshot !== null && results.length > 0) {
      writeSnapshot(given.snapshot, results[0].snapshot ?? results[0].audit.words);
      context.print(`snapshot ${given.snapshot}`);
    }
    if (given.html !== null && results.length > 0) {
      const { stressPage } = await import('../../report/page/report-pages.ts');
      writeFile(given.html, stressPage(results, missing, pageCommand(), leftOut));
    }
    if (given.plots !== null && results.length > 0) {
      const { stressCharts } = await import('../../report/plots/result-charts.ts');
      await writePlots(given.plots, stressCharts(results));
    }
    if (given.scheme === 'all' && results.length > 0)
      context.print(`\n${stressTable(results, context.style, missing, leftOut)}`);
    if (given.scheme === 'all') tellUnfinished(all, context);
    const broken = results.some(({ verdict }) => verdict === 'broken');
    const documents = results.map((result) => ({
      ...stressJson(result),
      explanation: explained.get(result) ?? null,
    }));
    return {
      broken,
      document: given.scheme === 'all' ? { ...ofAll(documents, broken), leftOut } : documents[0],
    };
  },
});

function optionsOf(given: OptionValues<typeof options>): StressOptions {
  const {
    structure,
    threads,
    slots,
    stride,
    cache,
    'free-list': freeList,
    engine,
    mix,
    keys,
    seconds,
    ops,
    perturb,
    stall,
    kill,
    watchdog,
    variant,
    seed,
  } = given;
  const asked = {
    structure: structureGiven(structure),
    threads,
    slots,
    stride,
    cache,
    freeList,
    engine,
    mix,
    keys,
    seconds,
    ops,
    perturb: perturb === 'auto' ? perturb : perturb === 'on',
    stall,
    kill,
    watchdogMs: watchdog,
    variant: variant === null ? null : moduleOf(variant),
    seed,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null));
}

function ofAll(documents: readonly Record<string, unknown>[], broken: boolean): Record<string, unknown> {
  const sum = (name: string): number =>
    documents.reduce((subtotal, document) => subtotal + Number(document[name]), 0);
  return {
    verdict: broken ? 'broken' : 'as-claimed',
    scheme: 'all',
    findings: documents.flatMap(({ findings, scheme }) =>
      (findings as object[]).map((finding) => ({ ...finding, scheme })),
    ),
    audit: null,
    operations: sum('operations'),
    seconds: sum('seconds'),
    seed: documents.length === 1 ? documents[0]['seed'] : documents.map(({ seed }) => seed),
    runs: documents,
  };
}
