import { parentPort } from 'node:worker_threads';
import { UsageError } from '../../errors.ts';
import type { AnyCheck } from '../any-check.ts';
import { CheckedProgram } from '../checked-program.ts';
import { checkIn } from '../real/module.ts';
import { whileSeen } from '../seeing.ts';
import { thrownText } from '../text.ts';
import { PartedSearch, stageForParts } from './parts.ts';
import type { CheckWork, FromCheckWorker, PartWork } from './sharing.ts';

function post(message: FromCheckWorker): void {
  parentPort?.postMessage(message);
}

/** True in a worker thread of a check: the module must not begin the check again. */
const WORKING: unique symbol = Symbol.for('lockfree-lab.checking') as never;

/** The part of a worker thread in a check that several share: it loads the module, and explores the parts that it is given. */
export async function workOnParts({ module, name }: CheckWork): Promise<void> {
  Reflect.set(globalThis, WORKING, true);
  try {
    const check = checkIn((await import(module)) as Record<string, unknown>, module, name);
    let known: {
      readonly pass: number;
      readonly program: CheckedProgram;
      readonly search: PartedSearch;
    } | null = null;
    parentPort?.on('message', (work: PartWork) => {
      try {
        known = known?.pass === work.pass ? known : begun(check, work);
        const { search, program } = known;
        const deadline = performance.now() + work.until - Date.now();
        const end = whileSeen(program, () => search.explore(work.part, deadline));
        post({ pass: work.pass, number: work.number, end });
      } catch (error) {
        post({ refused: refusalText(error) });
      }
    });
    post({ ready: true });
  } catch (error) {
    post({ refused: refusalText(error) });
  }
}

function begun(
  check: AnyCheck,
  { pass, ranges, symmetry }: PartWork,
): { readonly pass: number; readonly program: CheckedProgram; readonly search: PartedSearch } {
  const program = new CheckedProgram(symmetry ? check : { ...check, symmetry });
  return { pass, program, search: new PartedSearch(program, ranges, stageForParts(program)) };
}

function refusalText(error: unknown): string {
  return error instanceof UsageError ? error.message : `A worker of the check fails: ${thrownText(error)}`;
}
