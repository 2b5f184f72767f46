// A thread of a check that several share: explores the parts that it is given. See src/checker/jobs/work.ts.
import { workerData } from 'node:worker_threads';
import type { CheckWork } from '../src/checker/jobs/sharing.ts';
import { workOnParts } from '../src/checker/jobs/work.ts';

void workOnParts(workerData as CheckWork);
