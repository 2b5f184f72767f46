// Explores one program off the main thread, which stays free to be interrupted.
import { parentPort, workerData } from 'node:worker_threads';
import { READY } from '../src/engines/crew.ts';
import { explore, type ExploreOptions } from '../src/explore/explore.ts';

/** What is to be explored. */
export interface ExploreJob {
  readonly program: string;
  readonly scheme: string;
  readonly options: ExploreOptions;
}

const { program, scheme, options } = workerData as ExploreJob;
parentPort?.once('message', () => {
  void explore(program, scheme, options).then((exploration) => parentPort?.postMessage(exploration));
});
parentPort?.postMessage(READY);
