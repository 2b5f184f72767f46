// A thread of an observation: runs the body of a check as often as it is asked to. See src/checker/real/work.ts.
import { workerData } from 'node:worker_threads';
import type { Work } from '../src/checker/real/crew.ts';
import { work } from '../src/checker/real/work.ts';

void work(workerData as Work);
