import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { endianness } from 'node:os';
import { attachWords } from '../engines/shared.ts';
import { UsageError } from '../errors.ts';

/**
 * Writes the words of a buffer to a file, as they are, little-endian. The file appears whole or not at all: the words go to a file
 * beside it first, which then takes its name.
 *
 * @throws UsageError when the place cannot be written to
 */
export function writeSnapshot(path: string, words: Int32Array): void {
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    writeFileSync(
      part,
      littleEndian(new Uint8Array(words.buffer, words.byteOffset, words.byteLength).slice()),
    );
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw new UsageError(
      `The snapshot cannot be written to ${path} (${reasonOf(error)}); give a path in a folder that you may write to.`,
      {
        cause: error,
      },
    );
  }
}

/**
 * The words of a snapshot file: a copy that is the caller's own.
 *
 * @throws UsageError when the file cannot be read, is no snapshot, is damaged or is cut off
 */
export function readSnapshot(path: string): Int32Array {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new UsageError(
      `The snapshot ${path} cannot be read (${reasonOf(error)}); give the path of a file that the lab wrote.`,
      {
        cause: error,
      },
    );
  }
  try {
    return attachWords(littleEndian(bytes).buffer);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `The snapshot ${path} cannot be used: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`,
      { cause: error },
    );
  }
}

/** The same bytes on a little-endian machine; whole words turned round, in place, on the other kind. */
function littleEndian(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (endianness() === 'BE') {
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 4));
    for (let at = 0; at < whole.length; at += 4) whole.subarray(at, at + 4).reverse();
  }
  return bytes;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : `${code}: ${message.replace(`${code}: `, '').split(',')[0]}`;
}
