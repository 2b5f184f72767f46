/**
 * The whole proof campaign: everything that the explorer claims, one line for each claim as it is proved, with its figures. Exit status 1
 * if a claim failed or was not finished within its time or memory. `--bounded` does what fits into a few minutes; `--only TEXT` the batches
 * whose name has the text; `--seconds N` gives none of them more; `--record` writes the counts of the kernel and the cells of the matrix into the files
 * that are kept.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { ExploredCell } from '../../src/explore/matrix-cell.ts';
import { type KernelCounts, record } from '../explore/kernel-counts.ts';
import { recordCells } from '../matrix/record.ts';
import type { Batch } from './claim.ts';
import { chanceBatches } from './claims/chance.ts';
import { comparedBatches } from './claims/compared.ts';
import { goldenBatches } from './claims/golden.ts';
import { kernelBatches } from './claims/kernel.ts';
import { matrixBatches } from './claims/matrix.ts';
import { mutantBatches } from './claims/mutants.ts';
import { type Outcome, proveHere, proveInProcess } from './process.ts';

/** The limits of batches are about what they take on an idle machine, many times over; a machine may be slow, and have other things to do. */
const SLOWNESS = 4;

const { values } = parseArgs({
  options: {
    bounded: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    seconds: { type: 'string', default: 'Infinity' },
    record: { type: 'boolean', default: false },
    batch: { type: 'string' },
  },
});
const form = values.bounded ? 'bounded' : 'full';
const batches = [
  ...goldenBatches(),
  ...kernelBatches(form),
  ...comparedBatches(form),
  ...chanceBatches(form),
  ...mutantBatches(form),
  ...matrixBatches(form),
];
if (values.batch === undefined) await campaign(batches.filter(({ name }) => name.includes(values.only)));
else await proveHere(batches.find(({ name }) => name === values.batch)!);

/** Proves the batches, as many at a time as there are jobs. What may take longest comes first, so that all are ended soon. */
async function campaign(chosen: readonly Batch[]): Promise<void> {
  const began = performance.now();
  const claims = chosen.reduce((sum, batch) => sum + batch.claims.length, 0);
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => asked.abort(signal));
  console.log(`${claims} claims, ${form === 'full' ? 'in full' : 'bounded'}, ${values.jobs} at a time`);
  const queue = chosen.toSorted((a, b) => b.seconds - a.seconds);
  const failed: string[] = [];
  const counts: KernelCounts[] = [];
  const cells: ExploredCell[] = [];
  let proved = 0;
  const note = (outcome: Outcome): void => {
    console.log(line(outcome));
    if (outcome.error !== undefined) failed.push(outcome.title);
    else proved++;
    if (outcome.counts) counts.push(outcome.counts);
    if (outcome.cell) cells.push(outcome.cell);
  };
  const job = async (): Promise<void> => {
    for (let next = queue.shift(); next && !asked.signal.aborted; next = queue.shift())
      await proveInProcess(limited(next), process.argv.slice(2), asked.signal, note);
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, job));
  if (values.record) record(counts);
  if (values.record) await recordCells(cells);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  for (const title of failed) console.log(`FAILED: ${title}`);
  const rest = claims - proved - failed.length;
  console.log(
    `${asked.signal.aborted ? 'ended early: ' : ''}${proved} of ${claims} claims proved, ${failed.length} failed` +
      `${rest > 0 ? `, ${rest} neither` : ''}; ${seconds} s`,
  );
  if (asked.signal.aborted) process.exitCode = asked.signal.reason === 'SIGINT' ? 130 : 143;
  else process.exitCode = proved === claims && claims > 0 ? 0 : 1;
}

function limited(batch: Batch): Batch {
  return { ...batch, seconds: Math.min(batch.seconds * SLOWNESS, Number(values.seconds)) };
}

function line({ title, seconds, figures, error }: Outcome): string {
  const time = `${seconds.toFixed(1)} s`.padStart(9);
  if (error === undefined) return `proved ${time}  ${title} (${figures})`;
  return `FAILED ${time}  ${title}\n${error.replaceAll(/^/gm, '    ')}`;
}
