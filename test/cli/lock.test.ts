import { deep } from '../effort.ts';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { lockFile } from '../../dist/src/cli/terminal/lock.js';
import { folder, lab, start } from './lab.ts';

const taken =
  /^The file .*s\.json is being written by process \d+ of .*: give another file, or wait for the end /;

describe('a file that is written again and again', () => {
  test('has one writer, and leaves no lock behind', () => {
    const place = folder();
    const path = join(place, 's.json');
    const lock = lockFile(path);
    expect(readdirSync(place)).toEqual(['s.json.lock']);
    expect(() => lockFile(path)).toThrow(taken);
    lock.check();
    lock[Symbol.dispose]();
    expect(readdirSync(place)).toEqual([]);
    lockFile(path)[Symbol.dispose]();
  });

  test.each<[string, (own: Record<string, unknown>) => Record<string, unknown>, boolean]>([
    ['a process that has ended', (own) => ({ ...own, pid: spawnSync('true').pid }), true],
    ['a process that lives', (own) => ({ ...own, pid: process.ppid, began: null }), false],
    ['an earlier process of the same number', (own) => ({ ...own, pid: process.ppid, began: '1 x' }), true],
    [
      'a process of another machine',
      (own) => ({ ...own, host: 'elsewhere', pid: spawnSync('true').pid }),
      false,
    ],
    ['nobody knows whom', () => ({}), false],
  ])('is held by %s', (_whom, holder, isStale) => {
    const path = join(folder(), 's.json');
    writeFileSync(`${path}.lock`, JSON.stringify(holder({ host: hostname(), began: null })));
    const before = readFileSync(`${path}.lock`, 'utf8');
    if (isStale) {
      lockFile(path)[Symbol.dispose]();
      expect(existsSync(`${path}.lock`)).toBe(false);
    } else {
      expect(() => lockFile(path)).toThrow('is being written by ');
      expect(readFileSync(`${path}.lock`, 'utf8')).toBe(before);
    }
  });

  test('is not written once another process has taken it, whose lock stays', () => {
    const path = join(folder(), 's.json');
    const lock = lockFile(path);
    writeFileSync(`${path}.lock`, '{"pid":1,"host":"elsewhere"}');
    expect(() => lock.check()).toThrow('is being written by process 1 of elsewhere');
    lock[Symbol.dispose]();
    expect(existsSync(`${path}.lock`)).toBe(true);
  });

  test('that is none, or is no plain file, takes no lock; one that cannot be locked is told', () => {
    const place = folder();
    lockFile(null).check();
    lockFile('/dev/null').check();
    expect(existsSync('/dev/null.lock')).toBe(false);
    mkdirSync(join(place, 's.json.lock'));
    expect(() => lockFile(join(place, 's.json'))).toThrow();
    expect(() => lockFile(join(place, 'no', 's.json'))).toThrow('cannot be locked (ENOENT)');
  });
});

const LONG = ['explore', '--program', '[A] d | d e d | d e', '--jobs', '1'];

test.runIf(deep)(
  'of two processes on one checkpoint the second is refused; the file of a killed one is free',
  async () => {
    const place = folder();
    const path = join(place, 's.json');
    const child = start([...LONG, '--checkpoint', path]);
    await vi.waitUntil(() => existsSync(`${path}.lock`), { timeout: 40_000, interval: 20 });
    const second = lab([...LONG, '--checkpoint', path, '--resume', path]);
    expect(second).toMatchObject({ status: 2, stdout: '' });
    expect(second.stderr).toMatch(taken);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(existsSync(`${path}.lock`)).toBe(true);
    const small = ['explore', '--program', 'e | d'];
    const other = join(place, 'other.txt');
    writeFileSync(other, 'notes');
    const refused = lab([...small, '--checkpoint', other]);
    expect(refused.stderr).toMatch(
      /^--checkpoint would overwrite .*other\.txt, which is no checkpoint of this/,
    );
    expect(refused.status).toBe(2);
    expect(readFileSync(other, 'utf8')).toBe('notes');
    // The lock of a process that is no more is taken over, and goes with the one that took it.
    const sure = join(place, 'sure.json');
    writeFileSync(`${sure}.lock`, readFileSync(`${path}.lock`));
    expect(lab([...small, '--checkpoint', sure]).status).toBe(0);
    expect(existsSync(`${sure}.lock`)).toBe(false);
    const differs = lab(['explore', '--program', 'e | e', '--checkpoint', sure]);
    expect(differs.stderr).toContain('is of the program "e | d", and asked for is the program "e | e"');
    expect(differs.status).toBe(2);
  },
);
