import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** How a process has ended. */
export interface Ended {
  /** Why it could not be started; null if it was. */
  readonly error: Error | null;
  /** Null if it could not be started, or was ended. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** True if it took longer than it may, and was ended. */
  readonly isLate: boolean;
}

/** The time in which processes that were asked to end may clean up. */
const GRACE_MS = 300;

interface Manner {
  /** What stands on its standard input. */
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
  readonly seconds?: number;
}

/**
 * Runs a command to its end. It is a group of processes of its own: a Ctrl-C at the terminal is for the lab, and the signal, or too long
 * a time, ends all of them.
 *
 * @throws the reason of the signal, once it is aborted: the processes have ended then
 */
export async function runToEnd(
  command: string,
  args: readonly string[],
  { input = '', signal, seconds }: Manner = {},
): Promise<Ended> {
  signal?.throwIfAborted();
  const child = spawn(command, args, { detached: true });
  const { pid } = child;
  let isLate = false;
  let error: Error | null = null;
  let killing: NodeJS.Timeout | undefined;
  const send = (name: 'SIGTERM' | 'SIGKILL'): void => {
    try {
      if (pid !== undefined) process.kill(-pid, name);
    } catch {
      // They have ended.
    }
  };
  // As long as it has not closed, one of the group is there: the process itself may have ended, and what it has started may hear nothing.
  const end = (): void => {
    if (killing !== undefined) return;
    send('SIGTERM');
    killing = setTimeout(() => send('SIGKILL'), GRACE_MS);
  };
  const late = (): void => {
    isLate = true;
    end();
  };
  const timer = seconds === undefined ? undefined : setTimeout(late, 1000 * seconds);
  signal?.addEventListener('abort', end, { once: true });
  try {
    const closed = new Promise<number | null>((resolve) => {
      child.on('close', resolve).on('error', (failed) => {
        error = failed;
        resolve(null);
      });
    });
    // One that reads no input has gone before it is written.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const [status, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
    signal?.throwIfAborted();
    return { error, status, stdout, stderr, isLate };
  } finally {
    clearTimeout(timer);
    clearTimeout(killing);
    signal?.removeEventListener('abort', end);
  }
}
