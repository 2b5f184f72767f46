import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { checkWritable, writeFile } from '../../dist/src/cli/terminal/output.js';
import { folder, lab } from './lab.ts';

describe('a file is written whole or not at all', () => {
  test('what was there before is replaced, and nothing else is left', () => {
    const path = join(folder(), 'out.txt');
    writeFileSync(path, 'before');
    checkWritable(path);
    expect(readFileSync(path, 'utf8')).toBe('before');
    writeFile(path, 'after');
    expect(readFileSync(path, 'utf8')).toBe('after');
    expect(readdirSync(join(path, '..'))).toEqual(['out.txt']);
  });

  test('a link is followed: what it points to is replaced and the link stays', () => {
    const place = folder();
    writeFileSync(join(place, 'real.txt'), 'before');
    symlinkSync('real.txt', join(place, 'link.txt'));
    writeFile(join(place, 'link.txt'), 'after');
    expect(readFileSync(join(place, 'real.txt'), 'utf8')).toBe('after');
  });

  test('a special file, such as a pipe, is written to as it is and stays what it is', async () => {
    const path = join(folder(), 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
    const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'ignore'] });
    const read = text(reader.stdout);
    checkWritable(path);
    writeFile(path, 'through');
    expect(statSync(path).isFIFO()).toBe(true);
    expect(await read).toBe('through');
  });

  test('a place that cannot be written to is told with the reason', () => {
    const place = folder();
    mkdirSync(join(place, 'dir'));
    writeFileSync(join(place, 'file'), '');
    const cases = [
      ['nowhere/x.jsonl', 'its folder does not exist'],
      ['file/x.jsonl', 'a part of the path is no folder'],
      ['dir', 'it is a folder'],
      [`${'x'.repeat(300)}`, 'the name is too long'],
    ];
    for (const [name, reason] of cases) {
      const path = join(place, name!);
      const { status, stdout, stderr } = lab(['run', 'aba-dequeue', '--trace', path]);
      expect(stderr).toBe(`The file ${path} cannot be written (${reason}): give another path.\n`);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    }
    expect(readdirSync(place).toSorted()).toEqual(['dir', 'file']);
  });

  test.skipIf(process.getuid?.() === 0)('a folder without the right to write', () => {
    const place = folder();
    chmodSync(place, 0o500);
    const { status, stderr } = lab(['run', 'aba-dequeue', '--trace', join(place, 'x')]);
    expect(stderr).toContain('(you may not write there)');
    expect(status).toBe(2);
  });
});
