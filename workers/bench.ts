// A worker of a benchmark: makes operations on its handles, round after round.
import { workInRounds } from '../src/threads/worker-loop.ts';
import { prepareBench } from '../src/bench/worker.ts';

await workInRounds(prepareBench);
