// One of the two workers that measure how long a word takes to another core and back.
import { parentPort, workerData } from 'node:worker_threads';
import { READY } from '../src/host/crew.ts';
import { bounce, type End } from '../src/bench/round-trip.ts';

parentPort?.postMessage(READY);
bounce(workerData as End);
