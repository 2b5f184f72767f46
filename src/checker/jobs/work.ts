import { parentPort } from 'node:worker_threads';
import * as v from 'valibot';
import { UsageError } from '../../errors.ts';
import { READY } from '../../host/crew.ts';
import { readWorkerData } from '../../host/worker-data.ts';
import type { AnyCheck } from '../any-check.ts';
import { CheckedProgram } from '../checked-program.ts';
import { checkIn } from '../real/module.ts';
import { thrownText } from '../text.ts';
import { PartedSearch, stageForParts } from './parts.ts';
import { CHECKING, type CheckWork, type FromCheckWorker, type PartWork } from './sharing.ts';

const CHECK_WORK: v.GenericSchema<unknown, CheckWork> = v.strictObject({
  module: v.string(),
  name: v.string(),
});

/** The part of a worker thread in a check that several share: it loads the module, and explores the parts that it is given. */
export async function workOnParts(): Promise<void> {
  Reflect.set(globalThis, CHECKING, true);
  const explore = await explorer(readWorkerData(CHECK_WORK));
  parentPort?.on('message', (work: PartWork) => {
    parentPort?.postMessage(answerOf(() => explore(work)));
  });
  parentPort?.postMessage(READY);
}

function answerOf(run: () => FromCheckWorker): FromCheckWorker {
  try {
    return run();
  } catch (error) {
    const refused =
      error instanceof UsageError ? error.message : `A worker of the check fails: ${thrownText(error)}`;
    return { refused };
  }
}

/** Explores parts. If the module cannot be loaded, it throws for each what loading has thrown. */
async function explorer({ module, name }: CheckWork): Promise<(work: PartWork) => FromCheckWorker> {
  let check: AnyCheck;
  try {
    check = checkIn((await import(module)) as Record<string, unknown>, module, name);
  } catch (error) {
    return () => {
      throw error;
    };
  }
  let known: { readonly pass: number; readonly search: PartedSearch } | null = null;
  return ({ pass, ranges, symmetry, number, part, until }) => {
    if (known?.pass !== pass) {
      const program = new CheckedProgram(symmetry ? check : { ...check, symmetry });
      known = { pass, search: new PartedSearch(program, ranges, stageForParts(program)) };
    }
    return { pass, number, end: known.search.explore(part, until) };
  };
}
