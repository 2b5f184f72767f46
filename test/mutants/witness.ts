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

/** Executions that a witness may take: many times what the slowest needs. */
const MOST = 50_000;

/** Explores a witness on the text of the lab in a folder, as it is compiled there. */
export async function exploreWitness(
  folder: string,
  { program = '', scheme, slots = 6, cache = 0, freeList, preemptions, facts = false }: Witness,
): Promise<Witnessed> {
  const url = pathToFileURL(join(folder, 'dist/src/explore/explore.js')).href;
  const { explore } = (await import(url)) as { explore: typeof Explore };
  const { executions, bad, complete, findings, cut, memoryInLoop } = await explore(program, scheme, {
    slots,
    cache,
    ...(freeList && { freeList }),
    maxExecutions: MOST,
    stepLimit: 300,
    facts,
    ...(preemptions === undefined ? {} : { preemptions }),
  });
  const kinds = findings.map(({ kind }) => kind as string);
  if (cut > 0 && !kinds.includes('livelock')) kinds.push('livelock');
  if (memoryInLoop !== null && memoryInLoop.broken !== null) kinds.push('bound exceeded');
  return { executions, bad, complete, kinds };
}
