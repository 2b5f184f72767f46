import { randomBytes } from 'node:crypto';
import { accessSync, constants, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../errors.ts';

/**
 * Writes a file whole or not at all: under another name beside it first, then renamed. Throws a UsageError if that cannot be done.
 */
export function writeFile(path: string, content: string): void {
  try {
    const { target, draft } = placeOf(path);
    if (draft === null) {
      writeFileSync(target, content);
      return;
    }
    try {
      writeFileSync(draft, content, { flag: 'wx' });
      renameSync(draft, target);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Finds out whether a file can be written before long work is done for it. Throws a UsageError if not. */
export function checkWritable(path: string): void {
  try {
    const { target, draft } = placeOf(path);
    if (draft === null) {
      accessSync(target, constants.W_OK);
      return;
    }
    try {
      writeFileSync(draft, '', { flag: 'wx' });
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Where a path leads, and where its draft lies; null for what is no plain file, such as a pipe: it is written to as it is. */
function placeOf(path: string): { target: string; draft: string | null } {
  const known = statSync(path, { throwIfNoEntry: false });
  if (known?.isDirectory() === true) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  const target = known ? realpathSync(path) : path;
  if (known && !known.isFile()) return { target, draft: null };
  // The process that was ended in the middle of writing may have had the same number: in a container they all have.
  const name = `.${basename(target)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  return { target, draft: join(dirname(target), name) };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of the path is no folder',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
};

function cannotWrite(path: string, error: unknown): UsageError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = REASONS[code ?? ''] ?? message;
  return new UsageError(`The file ${path} cannot be written (${reason}): give another path.`, {
    cause: error,
  });
}
