/**
 * How long commands take from a cold start, beside a process that does nothing: `npm run starts` on a quiet machine keeps it in bench/starts.json,
 * from which `npm run refresh` makes a table. All commands take turns; `--rounds N` for another number of rounds than 15.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { thisMachine } from '../../src/bench/result-file.ts';
import { median } from '../../src/bench/statistics.ts';
import { machineText } from '../../src/report/text/bench-figures.ts';
import { STARTS, type Starts } from '../refresh/starts.ts';

const START = 'src/cli/start.mjs';
const COMMANDS: readonly (readonly [command: string, args: readonly string[]])[] = [
  ['node -e 0', ['-e', '0']],
  ['lockfree-lab list', [START, 'list']],
  ['lockfree-lab run aba-dequeue --engine model', [START, 'run', 'aba-dequeue', '--engine', 'model']],
  ['lockfree-lab run aba-dequeue', [START, 'run', 'aba-dequeue']],
];

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1)
  throw new Error(`--rounds ${values.rounds} is no count: give 1 or more.`);
const begun = new Date().toISOString();
const took = COMMANDS.map((): number[] => []);
for (let round = 0; round < rounds; round++)
  for (const [i, [, args]] of COMMANDS.entries()) took[i]!.push(msOf(args));
const rows = COMMANDS.map(([command], i) => {
  const all = took[i]!;
  return { command, took: [Math.min(...all), median(all), Math.max(...all)] as const };
});
const kept: Starts = { begun, machine: machineText(thisMachine()), rounds, rows };
writeFileSync(STARTS, `${JSON.stringify(kept, null, 2)}\n`);
for (const {
  command,
  took: [least, middle],
} of rows)
  console.log(`${command.padEnd(46)} ${middle.toFixed(0)} ms in the middle, ${least.toFixed(0)} at least`);

/** Milliseconds that a process takes from its start to its end. Throws an Error if it cannot be started, or ends otherwise than a damaged or a sound run does. */
function msOf(args: readonly string[]): number {
  const before = performance.now();
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: join(import.meta.dirname, '../..'),
    stdio: 'ignore',
  });
  const ms = performance.now() - before;
  if (error !== undefined) throw error;
  if (status !== 0 && status !== 1) throw new Error(`node ${args.join(' ')} ended with status ${status}.`);
  return ms;
}
