// Explores a mutant's witness on the text of a copy of the lab, and prints what came of it: a process of its own, since a broken kernel
// may do anything. Arguments: the copy's folder, and the witness as JSON.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { explore as Explore } from '../../src/explore/explore.ts';
import type { Witness } from '../../src/mutant/file.ts';

/** How an exploration of a witness came out. */
export interface Witnessed {
  readonly executions: number;
  readonly bad: number;
  readonly complete: boolean;
  /** The kinds of damage, those that were found first before others. */
  readonly kinds: readonly string[];
}

const [folder, json, most] = process.argv.slice(2);
const { program = '', scheme, slots = 6, cache = 0, preemptions } = JSON.parse(json) as Witness;
const url = pathToFileURL(join(folder, 'dist/src/explore/explore.js')).href;
const { explore } = (await import(url)) as { explore: typeof Explore };
const { executions, bad, complete, findings, cut } = await explore(program, scheme, {
  slots,
  cache,
  maxExecutions: Number(most),
  stepLimit: 300,
  ...(preemptions === undefined ? {} : { preemptions }),
});
const kinds = findings.map(({ kind }) => kind as string);
if (cut > 0 && !kinds.includes('livelock')) kinds.push('livelock');
const witnessed: Witnessed = { executions, bad, complete, kinds };
process.stdout.write(`${JSON.stringify(witnessed)}\n`);
