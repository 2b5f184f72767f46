// The kill matrix: npm run mutants. Runs every mutant against its witness, and the lab as it is against the same witnesses. Fails if an
// outcome is not as it is kept; with --write it is kept. Names of mutants: only these.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { format, resolveConfig } from 'prettier';
import { allMutants } from '../../src/mutant/mutant.ts';
import type { Mutant } from '../../src/mutant/file.ts';
import { isClean, judgeMutant, type Killed, told } from './run.ts';
import { KEPT, kept } from './table.ts';

const write = process.argv.includes('--write');
const only = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const mutants = allMutants().filter(
  ({ id, row }) => only.length === 0 || only.includes(id) || only.includes(row),
);
const outcomes: Record<string, Killed> = {};
const wrong: string[] = [];

async function judge(mutant: Mutant): Promise<void> {
  const { id, row } = mutant;
  const began = performance.now();
  const { outcome, wrong: found } = await judgeMutant(mutant);
  outcomes[id] = outcome;
  wrong.push(...found);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${isClean(outcome) ? 'CLEAN ' : 'KILLED'} ${row.padEnd(5)}${id.padEnd(22)} ${told(outcome)}   ${seconds} s`,
  );
  if (!write && JSON.stringify(kept()[id]) !== JSON.stringify(outcome))
    wrong.push(
      `${id} is kept as ${told(kept()[id] ?? {})}; if that is right now, run npm run mutants -- --write`,
    );
}

const queue = [...mutants];
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) await judge(mutant);
  }),
);
if (write) {
  const all = { ...(only.length === 0 ? {} : kept()), ...outcomes };
  const ordered = Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(
    KEPT,
    await format(JSON.stringify(ordered), { ...(await resolveConfig(KEPT)), filepath: KEPT }),
  );
}
const dead = mutants.filter(({ equivalent }) => equivalent === undefined).length;
console.log(
  `\n${dead} mutants and ${mutants.length - dead} equivalents; the lab itself is clean on every witness unless told below.`,
);
for (const each of wrong) console.error(`WRONG  ${each}.`);
process.exitCode = wrong.length === 0 ? 0 : 1;
