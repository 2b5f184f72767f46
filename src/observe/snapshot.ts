import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { endianness } from 'node:os';
import { checkVersion } from '../laboratory/edge.ts';
import { attachWords } from '../laboratory/shared.ts';
import { UsageError } from '../errors.ts';
import { visible } from '../visible.ts';
import { hashOf } from './seal.ts';

/** "LFLE" in ASCII, as the magic of a buffer is "LFLB": here the words end. */
const END = 0x4c464c45;
/** Bytes behind the words: END, how many words there are, and the first 64 bits of the SHA-256 of the words and of these two. */
const END_BYTES = 16;

/**
 * Writes the words of a buffer to a file, as they are, little-endian, and behind them their number and a hash. The file appears whole or not at all: the words go to a file
 * beside it first, which then takes its name.
 *
 * @throws UsageError when the place cannot be written to
 */
export function writeSnapshot(path: string, words: Int32Array): void {
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    writeFileSync(part, withEnd(words));
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw new UsageError(
      `The snapshot cannot be written to ${visible(path)} (${reasonOf(error)}); give a path in a folder that you may write to.`,
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
      `The snapshot ${visible(path)} cannot be read (${reasonOf(error)}); give the path of a file that the lab wrote.`,
      {
        cause: error,
      },
    );
  }
  try {
    checkBegin(bytes);
    return attachWords(littleEndian(withoutEnd(bytes)).buffer);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `The snapshot ${visible(path)} cannot be used: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`,
      { cause: error },
    );
  }
}

function withEnd(words: Int32Array): Uint8Array {
  const bytes = new Uint8Array(words.byteLength + END_BYTES);
  bytes.set(littleEndian(new Uint8Array(words.buffer, words.byteOffset, words.byteLength).slice()));
  const end = new DataView(bytes.buffer, words.byteLength);
  end.setInt32(0, END, true);
  end.setInt32(4, words.length, true);
  bytes.set(Buffer.from(hashOf(bytes.subarray(0, -8)), 'hex'), bytes.length - 8);
  return bytes;
}

/** Throws a UsageError for what does not begin like a buffer of this version: it is no cut or altered snapshot, but something else. */
function checkBegin(bytes: Uint8Array<ArrayBuffer>): void {
  checkVersion(littleEndian(bytes.slice(0, bytes.length - (bytes.length % 4))).buffer);
}

/** The bytes of the words. Throws a UsageError if they are not as they were written. */
function withoutEnd(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const remedy = 'take it again with stress --snapshot FILE.';
  const { length } = bytes;
  const end = new DataView(bytes.buffer, Math.max(0, length - END_BYTES));
  if (length < END_BYTES || end.getInt32(0, true) !== END) {
    throw new UsageError(`It is cut short, for its end is missing after ${length} bytes: ${remedy}`);
  }
  const words = (length - END_BYTES) / 4;
  if (end.getInt32(4, true) !== words) {
    throw new UsageError(`It has ${words} words, and its end says ${end.getInt32(4, true)}: ${remedy}`);
  }
  if (Buffer.from(bytes.subarray(-8)).toString('hex') !== hashOf(bytes.subarray(0, -8))) {
    throw new UsageError(`It is not as it was written, as its hash says: ${remedy}`);
  }
  return bytes.slice(0, -END_BYTES);
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
