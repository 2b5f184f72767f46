// A thread of an observation: runs the body of a check on real threads, batch after batch of rounds.
import { prepareObservation } from '../src/checker/real/job.ts';
import { workInRounds } from '../src/threads/worker-loop.ts';

await workInRounds(prepareObservation);
