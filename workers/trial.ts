// Loads a scheme or a structure of the user's own and lets two threads take turns with it: see src/laboratory/trial.ts.
import { parentPort } from 'node:worker_threads';
import { readWorkerData } from '../src/host/worker-data.ts';
import { STAGES, T_EXIT, T_STAGE, T_STATUS, TRIAL, TRIED } from '../src/laboratory/trial.ts';
import { Failed, TRIALS } from '../src/laboratory/trial-work.ts';

const { what, url, words } = readWorkerData(TRIAL);
const { exit } = process;
process.exit = (status?: number | string | null): never => {
  Atomics.store(words, T_STATUS, Number(status ?? process.exitCode ?? 0));
  Atomics.store(words, T_EXIT, 1);
  return exit(status);
};

const stages = STAGES[what].keys();

async function tryIt(): Promise<void> {
  let outcome: string = TRIED;
  try {
    await TRIALS[what](url, () => Atomics.store(words, T_STAGE, stages.next().value ?? 0));
  } catch (error) {
    if (error instanceof Failed) outcome = error.message;
  }
  // A promise that it has left rejected is noticed before that.
  setImmediate(() => parentPort?.postMessage(outcome));
}

void tryIt();
