import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { UsageError } from '../../src/errors.ts';
import { H_SLOTS, H_VERSION, MAGIC } from '../../src/kernel/layout.ts';
import { readSnapshot, writeSnapshot } from '../../src/observe/snapshot.ts';

let folder = '';
let words: Int32Array = new Int32Array();
const path = (): string => join(folder, 'lab.snapshot');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockfree-lab-'));
  words = attachWords(createBuffer({ slots: 6, threads: 2, initial: [-7] }, await chooseScheme('naive')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (bytes: Uint8Array | string): void => writeFileSync(path(), bytes);
const raw = (): Buffer => Buffer.from(words.slice().buffer);

/** One sentence that names the file, and no stack in it. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    const { message } = error as UsageError;
    expect(message).toMatch(/^[^\n]+\.$/);
    expect(message).toContain(folder);
    return message;
  }
  throw new Error('It was accepted.');
}

describe('a snapshot', () => {
  test('comes back as it was written, and is a copy', () => {
    writeSnapshot(path(), words);
    const read = readSnapshot(path());
    expect(read).toEqual(words.slice());
    read[100] = 1;
    expect(words[100]).toBe(0);
  });

  test('is the words, little-endian, and behind them their number and a hash', () => {
    writeSnapshot(path(), words);
    const bytes = readFileSync(path());
    expect(bytes.length).toBe(words.byteLength + 16);
    expect(bytes.subarray(words.byteLength, -12).toString('latin1')).toBe('ELFL');
    expect(bytes.readInt32LE(words.byteLength + 4)).toBe(words.length);
    expect(bytes.readInt32LE(0)).toBe(MAGIC);
    expect(bytes.readInt32LE(4 * H_SLOTS)).toBe(6);
  });

  test('of a part of a buffer is that part', () => {
    const wide = new Int32Array(words.length + 8);
    wide.set(words, 4);
    writeSnapshot(path(), wide.subarray(4, 4 + words.length));
    expect(readSnapshot(path())).toEqual(words.slice());
  });

  test('takes the place of an earlier one and leaves no other file', () => {
    writeFileSync(path(), 'old');
    writeSnapshot(path(), words);
    expect(readdirSync(folder)).toEqual(['lab.snapshot']);
    expect(readSnapshot(path())).toHaveLength(words.length);
  });
});

describe('a place that cannot be written to is refused, and nothing is left behind', () => {
  test('a folder that is not there', () => {
    expect(refusal(() => writeSnapshot(join(folder, 'no', 'lab'), words))).toMatch(
      /cannot be written to .*no.lab \(ENOENT: no such file or directory\)/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a path that is a folder', () => {
    mkdirSync(path());
    expect(refusal(() => writeSnapshot(path(), words))).toMatch(/\((EISDIR|EPERM|EEXIST|ENOTEMPTY)/);
    expect(readdirSync(folder)).toEqual(['lab.snapshot']);
  });

  test.skipIf(process.getuid?.() === 0)('a folder without the right to write', () => {
    chmodSync(folder, 0o555);
    expect(refusal(() => writeSnapshot(path(), words))).toMatch(/\(EACCES/);
    chmodSync(folder, 0o755);
  });
});

describe('a file that is no whole snapshot is refused', () => {
  test('one that is not there, and one that is a folder', () => {
    expect(refusal(() => readSnapshot(path()))).toMatch(
      /cannot be read \(ENOENT: no such file or directory\)/,
    );
    expect(refusal(() => readSnapshot(folder))).toMatch(/\(EISDIR/);
    symlinkSync(join(folder, 'nowhere'), path());
    expect(refusal(() => readSnapshot(path()))).toMatch(/\(ENOENT/);
  });

  test('an empty one', () => {
    write('');
    expect(refusal(() => readSnapshot(path()))).toMatch(/cannot be used: a buffer of 0 bytes is too short/);
  });

  test('a foreign one', () => {
    write('{"kind":"trace","v":1}\n'.repeat(9));
    expect(refusal(() => readSnapshot(path()))).toMatch(/this is no buffer of lockfree-lab/);
  });

  test('every truncation of a sound one', () => {
    writeSnapshot(path(), words);
    const whole = readFileSync(path());
    for (let length = 0; length < whole.length; length += 1 + (length >> 3)) {
      write(whole.subarray(0, length));
      refusal(() => readSnapshot(path()));
    }
    for (const length of [whole.length - 1, whole.length - 8, words.byteLength, words.byteLength - 4]) {
      write(whole.subarray(0, length));
      expect(refusal(() => readSnapshot(path()))).toMatch(
        /cut short, for its end is missing after \d+ bytes/,
      );
    }
  });

  test('one with any word changed, or with more or fewer of them', () => {
    writeSnapshot(path(), words);
    const whole = readFileSync(path());
    for (let at = 4 * H_SLOTS; at < whole.length; at += 97) {
      const bytes = Buffer.from(whole);
      bytes[at] = bytes[at]! ^ 1;
      write(bytes);
      refusal(() => readSnapshot(path()));
    }
    const last = Buffer.from(whole);
    last.writeInt32LE(5, words.byteLength - 4);
    write(last);
    expect(refusal(() => readSnapshot(path()))).toMatch(/it is not as it was written, as its hash says/);
    for (const middle of [whole.subarray(200, 204), Buffer.alloc(0)]) {
      write(Buffer.concat([whole.subarray(0, 200), middle, middle, whole.subarray(204)]));
      expect(refusal(() => readSnapshot(path()))).toMatch(/it has \d+ words, and its end says \d+/);
    }
  });

  test('one of another version', () => {
    const bytes = raw();
    bytes.writeInt32LE(99, 4 * H_VERSION);
    write(bytes);
    expect(refusal(() => readSnapshot(path()))).toMatch(/layout version 99/);
  });

  test.each([0, -1, 7, 2 ** 31 - 1])('one whose header speaks of %d slots', (slots) => {
    const other = words.slice();
    other[H_SLOTS] = slots;
    writeSnapshot(path(), other);
    expect(refusal(() => readSnapshot(path()))).toMatch(/header of this buffer is damaged/);
  });
});
