// A worker of a benchmark: takes its place in a session, and makes operations round after round.
import { parentPort } from 'node:worker_threads';
import { READY } from '../src/host/crew.ts';
import { type Place, takePlace } from '../src/bench/work.ts';

parentPort?.once('message', (place: Place) => {
  // A rejection nobody handles ends the worker, and the main thread hears of it.
  void takePlace(place).then((work) => work());
});
parentPort?.postMessage(READY);
