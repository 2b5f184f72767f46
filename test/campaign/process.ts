import { fork } from 'node:child_process';
import type { Batch, Proof } from './claim.ts';

/** What came of a claim. */
export interface Outcome extends Partial<Proof> {
  readonly title: string;
  readonly seconds: number;
  /** Why it is not proved. */
  readonly error?: string;
}

/** Proves the claims of a batch in this process, and tells the parent of each. */
export async function proveHere({ claims }: Batch): Promise<void> {
  // Ctrl-C goes to all processes of the terminal; the parent ends this one.
  process.on('SIGINT', () => {});
  for (const { title, prove } of claims) {
    const began = performance.now();
    const seconds = (): number => (performance.now() - began) / 1000;
    let outcome: Outcome;
    try {
      const proof = await prove();
      outcome = { title, seconds: seconds(), ...proof };
    } catch (error) {
      outcome = { title, error: error instanceof Error ? error.message : String(error), seconds: seconds() };
    }
    await new Promise((resolve) => void process.send?.(outcome, resolve));
  }
  process.disconnect();
}

/**
 * Proves the claims of a batch in a process of their own, which is ended when its time is over or the signal is aborted. A claim of which
 * nothing was heard has failed, unless somebody asked for the end.
 */
export async function proveInProcess(
  { name, seconds, megabytes = 1000, claims }: Batch,
  args: readonly string[],
  signal: AbortSignal,
  note: (outcome: Outcome) => void,
): Promise<void> {
  const child = fork(process.argv[1]!, [...args, '--batch', name], {
    execArgv: [...process.execArgv, `--max-old-space-size=${megabytes}`],
  });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end();
  }, 1000 * seconds);
  const heard = new Set<string>();
  let last = performance.now();
  child.on('message', (outcome: Outcome) => {
    heard.add(outcome.title);
    last = performance.now();
    note(outcome);
  });
  const ended = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(String(error)));
    child.on('close', (status, by) => resolve(by ?? `status ${status}`));
  });
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
  if (signal.aborted) return;
  const error = late
    ? `not finished: the ${claims.length} claims of "${name}" have ${seconds} s together`
    : `not finished: the process with a heap of ${megabytes} MB ended with ${ended}`;
  for (const { title } of claims) {
    if (heard.has(title)) continue;
    note({ title, error, seconds: (performance.now() - last) / 1000 });
    last = performance.now();
  }
}
