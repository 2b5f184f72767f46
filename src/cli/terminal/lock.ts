import { randomBytes } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, rmSync, statSync, linkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { UsageError } from '../../errors.ts';
import { visible } from '../../visible.ts';

/** A file that this process writes again and again, and no other process meanwhile. */
export interface Lock {
  /** Throws a UsageError if another process has taken the file in spite of it. */
  check(): void;
  [Symbol.dispose](): void;
}

/** Who holds a lock, as its file says. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, by the system's own count: another one may get the same number later. Null where that is not known. */
  readonly began: string | null;
}

const NONE: Lock = { check: () => undefined, [Symbol.dispose]: () => undefined };
const ATTEMPTS = 5;

/**
 * Takes a file for this process, with a file `FILE.lock` beside it that says so. The lock of a process that is no more is taken over.
 *
 * @param path null for no file, which takes no lock; neither does what is no plain file, such as a pipe
 * @throws UsageError if another process has it
 */
export function lockFile(path: string | null): Lock {
  if (path === null) return NONE;
  const known = statSync(path, { throwIfNoEntry: false });
  if (known && !known.isFile()) return NONE;
  const lock = `${known ? realpathSync(path) : path}.lock`;
  const own = JSON.stringify({ ...thisProcess(), nonce: randomBytes(6).toString('hex') });
  take(lock, own, path);
  const release = (): void => {
    process.off('exit', release);
    if (textOf(lock) === own) rmSync(lock, { force: true });
  };
  // A command that is ended in the middle does not come to the end of its block.
  process.on('exit', release);
  return {
    check: () => {
      const now = textOf(lock);
      if (now !== own) throw taken(path, lock, now);
    },
    [Symbol.dispose]: release,
  };
}

function take(lock: string, own: string, path: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      writeFileSync(lock, own, { flag: 'wx' });
      return;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') {
        throw new UsageError(
          `The file ${visible(path)} cannot be locked (${code ?? message}): give a file in a folder that you may write to.`,
          { cause: error },
        );
      }
    }
    const held = textOf(lock);
    if (attempt === ATTEMPTS || (held !== null && !isStale(held))) throw taken(path, lock, held);
    if (held !== null) removeStale(lock, held);
  }
}

/** Removes a stale lock, and puts back what another process may have put in its place since it was looked at. */
function removeStale(lock: string, held: string): void {
  const aside = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(lock, aside);
    if (textOf(aside) !== held) linkSync(aside, lock);
  } catch {
    // Another process was faster: the next attempt sees what there is now.
  }
  rmSync(aside, { force: true });
}

function taken(path: string, lock: string, held: string | null): UsageError {
  const holder = held === null ? null : holderIn(held);
  const by = holder === null ? 'another process' : `process ${holder.pid} of ${visible(holder.host)}`;
  return new UsageError(
    `The file ${visible(path)} is being written by ${by}: give another file, or wait for the end of that; if there is no such run, remove ${visible(lock)}.`,
  );
}

function isStale(held: string): boolean {
  const holder = holderIn(held);
  if (holder === null || holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  return holder.began !== null && holder.began !== beginOf(holder.pid);
}

function holderIn(text: string): Holder | null {
  try {
    const { pid, host, began } = JSON.parse(text) as Partial<Holder>;
    const isHolder = Number.isSafeInteger(pid) && Number(pid) > 0 && typeof host === 'string';
    return isHolder ? { pid: Number(pid), host, began: typeof began === 'string' ? began : null } : null;
  } catch {
    return null;
  }
}

function thisProcess(): Holder {
  return { pid: process.pid, host: hostname(), began: beginOf(process.pid) };
}

/** Field 22 of Linux's /proc/PID/stat, behind the name in parentheses, which may hold anything; and which boot it counts from. */
function beginOf(pid: number): string | null {
  const [stat, boot] = [textOf(`/proc/${pid}/stat`), textOf('/proc/sys/kernel/random/boot_id')];
  if (stat === null || boot === null) return null;
  return `${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]} ${boot.trim()}`;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
