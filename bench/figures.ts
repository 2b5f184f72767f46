/**
 * Writes the report of a result file between its markers in bench/README.md: `node --import tsx bench/figures.ts result.json`. The file
 * is what `lockfree-lab bench --out` has kept, or what `lockfree-lab bench --targets --json` has printed. The rates of a run of everything are kept in
 * bench/figures.json, and judged targets in bench/targets.json, from which `npm run refresh` makes tables. With `--schemes` it is of a run of all
 * schemes: its report has a place of its own, and what the compiled kernel was measured at is kept in bench/costs.json, from which
 * `npm run refresh` makes a table of the README. With `--record` it makes that run first: `npm run costs`, where nothing else runs. If a file is
 * named then, a run that was broken off is continued from it. With `--structures` it makes the runs of structures side by side, under every
 * scheme: `npm run costs:structures`, or, with `sets` or `pools` behind that option, those alone; with `--all` the run of everything under five schemes, with `--targets` that of the targets, and with `--caches` one of two schemes with
 * caches of free slots and without. Their files in out/ are continued, if they were broken off.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../src/errors.ts';
import { median, quantile } from '../src/bench/statistics.ts';
import { type BenchResult, parseBench } from '../src/bench/result-file.ts';
import { claimsOf, comparedSpecs, schemes, specsOf } from '../src/laboratory/registry.ts';
import { cardOfStructure, structureById } from '../src/laboratory/structures.ts';
import { structuresMarkdown } from '../src/report/text/bench-markdown.ts';
import { machineText } from '../src/report/text/bench-figures.ts';
import { benchText } from '../src/report/text/bench-table.ts';
import { plainStyle } from '../src/report/text/style.ts';
import { parseTargets } from './targets/measure.ts';

/** What is measured of all schemes. */
const RECORDED =
  '--engine wasm --workload pairs --workload producers-consumers --threads 1 --threads 2 --no-peers'.split(
    ' ',
  );
/** What is measured of structures side by side under every scheme: up to ten minutes each on an idle machine. */
const SIDE_BY_SIDE: Readonly<Record<'sets' | 'pools', readonly string[]>> = {
  sets: '--workload contains-50 --keys 256'.split(' '),
  pools: '--workload pairs --workload owner-thieves'.split(' '),
};
const AMONG_STRUCTURES = '--engine wasm --threads 1 --threads 2 --native --max-seconds 900'.split(' ');
/** What else is measured, each by the option of its name. */
const RUNS: Readonly<Record<'all' | 'targets' | 'caches', readonly string[]>> = {
  all: [...given(['naive', 'no-reclaim', 'tagged', 'hazard-pointers', 'epochs']), '--seed', '1'],
  targets: ['--targets'],
  caches: [
    '--scheme debra --scheme debra:free=one --cache 0 --cache usual --workload pairs --workload producers-consumers',
    '--threads 1 --threads 2 --no-peers',
  ].flatMap((options) => options.split(' ')),
};
const NOT_WHOLE =
  'This run did not come to its end, and the figures that are kept are of whole runs: give the same line again to continue it.';
const README = join(import.meta.dirname, 'README.md');
const ROOT = join(import.meta.dirname, '..');
const COSTS = join(import.meta.dirname, 'costs.json');

const { values, positionals } = parseArgs({
  options: {
    schemes: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    structures: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    targets: { type: 'boolean', default: false },
    caches: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const named = (['all', 'targets', 'caches'] as const).find((name) => values[name]);
const path = values.record ? record(positionals[0]) : ((named && run(named)) ?? positionals[0]);
try {
  if (values.structures) for (const of of sidesAsked()) console.log(keepStructures(of));
  else if (path === undefined)
    throw new UsageError('Give the result of lockfree-lab bench --out, or of --targets --json.');
  else console.log(values.schemes || values.record ? keepSchemes(path) : refresh(path, named));
} catch (error) {
  // A file that is not there, and one that is no result, need no stack to be understood.
  const isTheirs = error instanceof UsageError || error instanceof SyntaxError || 'code' in (error as Error);
  if (!isTheirs) throw error;
  console.error(path === undefined ? (error as Error).message : `${path}: ${(error as Error).message}`);
  process.exitCode = 2;
}

/** Runs all schemes, and each with the words that its parameters may have, and answers with the file of the result. */
function record(begun?: string): string {
  const file = begun ?? join(ROOT, 'out/schemes.json');
  if (begun === undefined) rmSync(file, { force: true });
  return measured([...given(schemes.flatMap(comparedSpecs)), ...RECORDED], file);
}

/** Makes a run of everything, or another one that is named, and answers with the file of the result. */
function run(name: keyof typeof RUNS): string {
  return measured(RUNS[name], join(ROOT, `out/${name}.json`));
}

/** The sorts of structures that are named, or both. */
function sidesAsked(): ('sets' | 'pools')[] {
  const all = ['sets', 'pools'] as const;
  const strange = positionals.find((name) => !all.some((each) => each === name));
  if (strange !== undefined)
    throw new UsageError(
      `There are no structures of the sort ${strange}: give sets, or pools, or neither for both.`,
    );
  return all.filter((each) => positionals.length === 0 || positionals.includes(each));
}

/** Runs the sets, or what values are put into and taken out of, side by side under all schemes that promise something, and answers with the file of the result. */
function recordStructures(of: 'sets' | 'pools'): string {
  const safe = schemes.filter((scheme) => claimsOf(scheme).abaSafe !== 'no');
  const what = ['--structure', of, ...SIDE_BY_SIDE[of], ...AMONG_STRUCTURES];
  return measured([...given(safe.flatMap(specsOf)), ...what], join(ROOT, `out/${of}.json`));
}

/** Schemes as the command line takes them. */
function given(specs: readonly string[]): string[] {
  return specs.flatMap((spec) => ['--scheme', spec]);
}

function measured(options: readonly string[], file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  const args = ['src/cli/start.mjs', 'bench', ...options, '--out', relative(ROOT, resolve(file))];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  // 1: a claim failed, which the report says.
  if (status !== 0 && status !== 1) process.exit(status ?? 1);
  return file;
}

/** Puts the report of a run of all schemes in its place, and keeps what they cost. */
function keepSchemes(file: string): string {
  const kept = keepCosts(file);
  put('schemes', benchText(parseBench(readFileSync(file, 'utf8'), file), plainStyle({ columns: 100 })));
  return kept;
}

/** Puts the report of a result in its place, keeps what tables are made of, and says so. */
function refresh(file: string, name: keyof typeof RUNS = 'all'): string {
  const contents = readFileSync(file, 'utf8');
  const found = JSON.parse(contents) as { kind?: string } | null;
  if (found?.kind === 'targets') return keepTargets(found, file);
  const result = parseBench(contents, file);
  if (result.structures !== undefined) return refreshStructures(result, file);
  if (!result.complete) throw new UsageError(NOT_WHOLE);
  const place = name === 'caches' ? name : 'figures';
  put(place, benchText(result, plainStyle({ columns: 100 })));
  if (place === 'figures') keepRates(result);
  const beside = place === 'figures' ? '; npm run refresh makes a table of them' : '';
  return `The ${place} of ${README} are those of ${file} now${beside}.`;
}

/** Keeps judged targets. When they were judged is when their file was written. */
function keepTargets(found: unknown, file: string): string {
  const { machine, effort, targets, complete } = parseTargets(found, file);
  if (complete === false) throw new UsageError(NOT_WHOLE);
  const recorded = statSync(file).mtime.toISOString();
  const head = { recorded, machine: machineText(machine), roundMs: effort.roundMs };
  keep(join(import.meta.dirname, 'targets.json'), head, 'targets', targets);
  return `The targets of ${README} are those of ${file} once npm run refresh was run.`;
}

/** Keeps the rates of a run of everything. */
function keepRates({ begun, machine, cells, peers }: BenchResult): void {
  const rates = [...cells, ...peers]
    .filter(({ think, cache }) => !think && cache === undefined)
    .map(({ engine, scheme, workload, threads, kind, mopsMedian }) => ({
      engine,
      scheme,
      workload,
      threads,
      kind,
      mops: mopsMedian,
    }));
  const head = { begun, machine: machineText(machine) };
  keep(join(import.meta.dirname, 'figures.json'), head, 'cells', rates);
}

/** A number in as many digits as mean something. */
function shortened(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}

/** Writes a record, a row a line, so that a change can be read. */
function keep(file: string, head: object, name: string, rows: readonly object[]): void {
  const lines = rows.map((row) => `    ${JSON.stringify(row, shortened)}`).join(',\n');
  const opened = JSON.stringify(head, null, 2).replace(/\n\}$/, '');
  writeFileSync(file, `${opened},\n  "${name}": [\n${lines}\n  ]\n}\n`);
}

/** Measures the sets, or the others, under every scheme, and puts the ratios in their place. */
function keepStructures(of: 'sets' | 'pools'): string {
  const file = recordStructures(of);
  put(`${of}-by-scheme`, structuresMarkdown(parseBench(readFileSync(file, 'utf8'), file)), false);
  return `The ${of} of ${README} under every scheme are those of ${file} now.`;
}

/** A result of several structures is kept as ratios: one of sets, and one of what values are put into and taken out of. */
function refreshStructures(result: BenchResult, file: string): string {
  const [first] = result.structures!;
  const name = cardOfStructure(structureById(first)).order === 'SET' ? 'sets' : 'pools';
  put(name, structuresMarkdown(result), false);
  return `The ${name} of ${README} are those of ${file} now.`;
}

function put(name: string, text: string, isCode = true): void {
  const block = isCode ? `\`\`\`\n${text}\n\`\`\`` : text;
  const markers = new RegExp(`(<!-- ${name}:begin[^>]*-->).*?(<!-- ${name}:end -->)`, 's');
  const before = readFileSync(README, 'utf8');
  if (!markers.test(before))
    throw new Error(`bench/README.md has lost its markers ${name}:begin and ${name}:end.`);
  writeFileSync(
    README,
    before.replace(markers, (_, begin: string, end: string) => `${begin}\n\n${block}\n\n${end}`),
  );
}

/**
 * Keeps the rates of the compiled kernel, for comparison with others of the same file: by the processor time that the threads had, and the upper
 * quartile of all repetitions, since what else the machine has to do slows a thread and never makes it faster. The lower quartile is kept as well,
 * which says how far they lie apart.
 */
function keepCosts(file: string): string {
  const result = parseBench(readFileSync(file, 'utf8'), file);
  const { begun, cells, complete } = result;
  if (!complete) throw new UsageError('The run was not finished: continue it by the line that began it.');
  const rates = cells
    .filter(({ engine, think, cache }) => engine === 'wasm' && !think && cache === undefined)
    .map(({ scheme, workload, threads, samples }) => {
      const all = samples.map(({ mops, cpuShare }) => mops / cpuShare);
      return {
        scheme,
        workload,
        threads,
        mops: Number(quantile(all, 0.75).toFixed(2)),
        lowerQuartile: Number(quantile(all, 0.25).toFixed(2)),
        cpuShare: Number(median(samples.map(({ cpuShare }) => cpuShare)).toFixed(2)),
      };
    });
  const kept = { begun, machine: machineText(result.machine), cells: rates };
  writeFileSync(COSTS, `${JSON.stringify(kept, null, 2)}\n`);
  return `${COSTS} has ${rates.length} rates of ${file} now; npm run refresh puts them into the README.`;
}
