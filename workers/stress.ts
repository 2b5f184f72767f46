// A worker of a stress run: makes operations as fast as it can, round after round.
import { parentPort, workerData } from 'node:worker_threads';
import { READY } from '../src/host/crew.ts';
import { type Shift, takeShift } from '../src/stress/work.ts';

const work = await takeShift(workerData as Shift);
parentPort?.postMessage(READY);
await work();
