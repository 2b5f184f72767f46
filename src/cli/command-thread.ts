// The thread in which a command runs, so that the main thread can end it whatever it is at: see supervisor.ts.
import { parentPort } from 'node:worker_threads';
import { hearRejections, ownFault } from '../host/own-fault.ts';
import { readWorkerData } from '../host/worker-data.ts';
import { keepWhereabouts } from '../model/whereabouts.ts';
import { isTryingOut } from '../laboratory/trial.ts';
import { endSpares, startAhead } from '../engines/stepper.ts';
import { commandsFor, threadsAhead } from './commands/all.ts';
import { BAD_USAGE, failure, INTERNAL, Interruption, isShortage } from './terminal/ending.ts';
import { guardEnd } from './guard.ts';
import { runLab } from './lab.ts';
import { Output } from './terminal/stream.ts';
import { COMMAND_THREAD_DATA } from './command-thread-data.ts';
import { ALIVE_MS, type CommandMessage } from './supervisor.ts';

const { streams, whereabouts } = readWorkerData(COMMAND_THREAD_DATA);
keepWhereabouts(whereabouts);
const [stdout, stderr] = streams.map((each) => new Output(each));
replace('stdout', stdout);
replace('stderr', stderr);

/**
 * Puts a stream in the place of the thread's own. Node tells the thread's own stream by a method with a symbol for a name when the main
 * thread has read from it (kStdioWantsMoreDataCallback, from Node 22 on): so it is still told.
 */
function replace(name: 'stdout' | 'stderr', output: Output): void {
  const own: object = process[name];
  for (const key of Object.getOwnPropertySymbols(Object.getPrototypeOf(own))) {
    const method: unknown = Reflect.get(own, key);
    if (!(key in output) && typeof method === 'function')
      Object.defineProperty(output, key, { value: method.bind(own) as unknown });
  }
  Object.defineProperty(process, name, { value: output, configurable: true });
}

const args = process.argv.slice(2);
const report = (said: CommandMessage): void => parentPort?.postMessage(said);

const controller = new AbortController();
const end = (signal: ConstructorParameters<typeof Interruption>[0]): void => {
  const interruption = new Interruption(signal);
  controller.abort(interruption);
  if (isTryingOut()) process.exit(interruption.status);
  report({ alive: true });
  setInterval(() => report({ alive: true }), ALIVE_MS).unref();
};
parentPort?.on('message', end);
parentPort?.unref();
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  report({ closed: true });
  end('SIGPIPE');
});
stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const guard = guardEnd(controller.signal);
const fault = (error: unknown): never => {
  guard.done();
  const own = isShortage(error) ? null : ownFault(error);
  process.stderr.write(`${failure(own ?? error, args)}\n`);
  process.exit(own || isShortage(error) ? BAD_USAGE : INTERNAL);
};
process.on('uncaughtException', fault);
process.on('unhandledRejection', fault);

startAhead(threadsAhead(args));
const status = await runLab(args, await commandsFor(args), controller.signal);
await endSpares();
await hearRejections();
report({ status });
await guard.leave();
