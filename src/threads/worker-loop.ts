import { parentPort } from 'node:worker_threads';
import * as v from 'valibot';
import { READY } from '../host/crew.ts';
import { hearRejections } from '../host/own-fault.ts';
import { readWorkerData } from '../host/worker-data.ts';
import { ControlBlock, OVER } from './control-block.ts';

/** The workerData of every worker that works in rounds. */
export interface RoundsData {
  /** The words of the control block, and the number of its threads. */
  readonly control: Int32Array;
  readonly threads: number;
  readonly thread: number;
  /** What the worker is to do; its entry knows how to read that. */
  readonly job: unknown;
}

const ROUNDS_DATA: v.GenericSchema<unknown, RoundsData> = v.strictObject({
  control: v.instance(Int32Array),
  threads: v.pipe(v.number(), v.integer(), v.minValue(1)),
  thread: v.pipe(v.number(), v.integer(), v.minValue(1)),
  job: v.unknown(),
});

/**
 * The life of a worker that works in rounds: gets ready, says so, and works in each round until there is no other.
 *
 * @param prepare makes the thread ready for its job and returns the body of a round: synchronous work that ends soon after the control
 *   block is stopping
 */
export async function workInRounds(
  prepare: (job: unknown, control: ControlBlock, thread: number) => Promise<() => void>,
): Promise<void> {
  const { control: words, threads, thread, job } = readWorkerData(ROUNDS_DATA);
  const control = new ControlBlock(words, threads);
  const work = await prepare(job, control, thread);
  parentPort?.postMessage(READY);
  let round = 0;
  for (;;) {
    // A promise that the user's code has left rejected ends the worker before its round counts as ended.
    await hearRejections();
    round = control.rest(thread, round);
    if (round === OVER) return;
    control.run(thread);
    work();
  }
}
