import { writeSync } from 'node:fs';
import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { CommandThreadData } from './command-thread-data.ts';
import { Patience } from '../host/patience.ts';
import { Lookout, type Lost, whereaboutsBuffer } from '../model/whereabouts.ts';
import { BAD_USAGE, failure, INTERNAL, Interruption, isShortage } from './terminal/ending.ts';
import type { StreamFacts } from './terminal/stream.ts';

/** What that thread says. */
export type CommandMessage =
  | { readonly status: number }
  /** After it was asked to end: it is at work on that. */
  | { readonly alive: true }
  /** The reader of stdout has gone away: the command is asked to end. */
  | { readonly closed: true }
  /** A process that it has started, and that ends when it is asked to. */
  | { readonly child: number };

/** npm passes on a Ctrl-C that the terminal has sent us as well, so one that comes within this time is the same one. */
const SAME_MS = 300;
/** How often the thread says that it is at work on its end. */
export const ALIVE_MS = 100;
const LOOK_MS = 50;
/** A thread that says nothing for so long computes, and will not end by itself. */
const SILENT_MS = 800;
/** If the whole process has computed for less than IDLE_CPU_MS in this time, the thread waits for what never comes. */
const IDLE_MS = 700;
const IDLE_CPU_MS = 4;
/** Longer than a process that it has started takes to end. */
const CHILD_MS = 1500;
const MOST_MS = 3000;
/** Where other processes take more than this share of the processors, a good end may take this many times longer. */
const BUSY_SHARE = 0.3;
const PATIENCE = 3;

/** What the code of a thread of the model may take from one step to the next. */
const LOST_PROCESSOR_MS = 5000;
const LOST_MS = 60_000;

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGPIPE';

/**
 * Runs a command line in a thread of its own and returns its exit status. The main thread only waits, so that it hears of Ctrl-C and
 * SIGTERM whatever the command is at, code of the user's own included. The first asks the command to end in good order, with what it
 * has found so far. A thread that does not come to that is ended; a second signal ends it at once.
 */
export async function supervise(args: readonly string[]): Promise<number> {
  const name = import.meta.url.endsWith('.ts')
    ? '../../dist/src/cli/command-thread.js'
    : './command-thread.js';
  const streams = [factsOf(process.stdout), factsOf(process.stderr)] as const;
  const whereabouts = whereaboutsBuffer();
  const workerData = { role: 'command', streams, whereabouts } satisfies CommandThreadData;
  let worker: Worker;
  try {
    worker = new Worker(new URL(name, import.meta.url), { argv: [...args], workerData });
  } catch (error) {
    return said(error, args);
  }
  const watch = new Watch(worker);
  const lookout = new Lookout(whereabouts);
  const unwatch = new Patience(LOST_PROCESSOR_MS, LOST_MS).watch(
    () => void endLost(lookout.lost()),
    () => lookout.cameOn(),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => watch.ask(signal));
  let status: number | null = null;
  worker.on('message', (report: CommandMessage) => {
    if ('status' in report) status = report.status;
    watch.hear(report);
  });
  return new Promise((resolve) => {
    worker.on('error', (error) => {
      status = watch.asked === null ? said(error, args) : watch.asked.status;
    });
    worker.on('exit', (code) => {
      unwatch();
      watch.stop();
      resolve(status ?? watch.asked?.status ?? code);
    });
  });
}

/** Ends a command that runs code of the model which does not come back: a finding, since no thread can end that loop. */
async function endLost(lost: Lost): Promise<never> {
  // It is seldom needed, and this thread starts before the command does.
  const { lostText } = await import('../explore/campaign/lost.ts');
  const why = `${lostText(lost)}: on the model its code is in a loop that touches no word of the slab, so nothing ends it.`;
  writeSync(process.stderr.fd, `Broken by a livelock. ${why}\n`);
  return process.exit(1);
}

function said(error: unknown, args: readonly string[]): number {
  process.stderr.write(`${failure(error, args)}\n`);
  return isShortage(error) ? BAD_USAGE : INTERNAL;
}

/** Of a stream that is no terminal Node says nothing about that. */
function factsOf({ fd, isTTY, columns }: Pick<StreamFacts, 'fd'> & Partial<StreamFacts>): StreamFacts {
  return { fd, isTTY: isTTY === true, columns };
}

/** Looks after the end of a command that was asked to end. */
class Watch {
  /** Why it was asked; null if it was not. */
  asked: Interruption | null = null;
  readonly #worker: Worker;
  #timer: NodeJS.Timeout | undefined;
  #since = 0;
  #heard = 0;
  #child: number | null = null;
  /** The processor time of the process, and when it last was more than a trifle. */
  #cpu = 0;
  #busy = 0;
  /** The machine's processor time and this process's, when it was asked. */
  #before: MachineTime = { busy: 0, total: 0, own: 0 };

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  ask(signal: Signal): void {
    const now = performance.now();
    if (this.asked !== null) {
      if (now - this.#since > SAME_MS) this.#end();
      return;
    }
    this.asked = new Interruption(signal);
    this.#since = now;
    this.#heard = now;
    this.#busy = now;
    this.#before = machineTime();
    this.#cpu = this.#before.own;
    // The thread has seen by itself that a pipe is closed.
    if (signal !== 'SIGPIPE') this.#worker.postMessage(signal);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  hear(report: CommandMessage): void {
    this.#heard = performance.now();
    if ('child' in report) this.#child = report.child;
    if ('closed' in report && this.asked === null) this.ask('SIGPIPE');
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    const { own } = machineTime();
    if (own - this.#cpu > IDLE_CPU_MS) {
      this.#cpu = own;
      this.#busy = now;
    }
    const idleLimit = this.#child === null ? IDLE_MS : CHILD_MS;
    const patience = this.#isMachineBusy() ? PATIENCE : 1;
    const over = [now - this.#heard - SILENT_MS * patience, now - this.#busy - idleLimit * patience];
    if (Math.max(...over, now - this.#since - MOST_MS * patience) > 0) this.#end();
  }

  /** True if other processes leave this one too little to end in time. */
  #isMachineBusy(): boolean {
    const { busy, total, own } = machineTime();
    const { busy: busyBefore, total: totalBefore, own: ownBefore } = this.#before;
    return busy - busyBefore - (own - ownBefore) > BUSY_SHARE * (total - totalBefore);
  }

  #end(): never {
    if (this.#child !== null) {
      try {
        process.kill(this.#child, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    return process.exit(this.asked?.status);
  }
}

/** Processor time in milliseconds, over all processors: of all processes, of all that there was, and of this process. */
interface MachineTime {
  readonly busy: number;
  readonly total: number;
  readonly own: number;
}

function machineTime(): MachineTime {
  const { user, system } = process.cpuUsage();
  let [idle, total] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { busy: total - idle, total, own: (user + system) / 1000 };
}
