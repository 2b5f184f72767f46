// A worker of a stress run: makes operations as fast as it can, round after round.
import { prepareStress } from '../src/stress/job.ts';
import { workInRounds } from '../src/threads/worker-loop.ts';

await workInRounds(prepareStress);
