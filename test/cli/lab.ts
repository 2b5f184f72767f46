import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** The command line as it was built. */
export const main: string = join(import.meta.dirname, '../../dist/src/cli/main.js');

/** The environment without what decides about colours and widths, so that a test says what it means. */
function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const colours = ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'COLUMNS'];
  const own = Object.entries(process.env).filter(([name]) => !colours.includes(name));
  return { ...Object.fromEntries(own), ...more };
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Against hangs alone, and before the time of a test is over: a machine may be slow, and busy. */
const LIMIT_MS = 170_000;

/** Where command lines run: for a process of tests one thread, and one for each copy of the laboratory. */
interface Host {
  readonly worker: Worker;
  readonly port: MessagePort;
  /** One word: 1 once the answer is on the port. */
  readonly control: Int32Array;
}
const hosts = new Map<string, Host>();

function startHost(of: string): Host {
  const control = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('host.mjs', import.meta.url), {
    workerData: { main: pathToFileURL(of).href, control, port: port2 },
    transferList: [port2],
    env: environment(),
    execArgv: [],
  });
  worker.unref();
  port1.unref();
  return { worker, port: port1, control };
}

/**
 * Runs the compiled command line to its end, in a thread of this process: all but `main.js` and its signals. See `labProcess`.
 *
 * @param of the `main.js` of this laboratory, or of a copy of it
 */
export function lab(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  of: string = main,
): Outcome {
  const host = hosts.get(of) ?? startHost(of);
  hosts.set(of, host);
  const { worker, port, control } = host;
  control[0] = 0;
  port.postMessage({ args, env: environment(env) });
  Atomics.wait(control, 0, 0, LIMIT_MS);
  const answer = receiveMessageOnPort(port);
  if (answer) return answer.message as Outcome;
  void worker.terminate();
  hosts.delete(of);
  return { status: null, stdout: '', stderr: `no answer within ${LIMIT_MS} ms` };
}

/**
 * Runs the compiled command line to its end in a process of its own.
 *
 * @param input what comes to it from a pipe
 */
export function labProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: string = '',
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    input,
    env: environment(env),
    timeout: LIMIT_MS,
  });
  return { status, stdout, stderr };
}

/** Starts the compiled command line. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, [main, ...args], {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'lockfree-lab-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
