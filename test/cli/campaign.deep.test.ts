import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { inside } from './inside.ts';
import { folder, lab, start } from './lab.ts';
import { deep } from '../effort.ts';

const ABA = ['explore', '--program', '[A] d | d e d'];
const PCT = [...ABA, '--strategy', 'pct', '--runs', '300', '--seed', '5'];

type Document = Record<string, unknown>;

async function documentOf(args: readonly string[]): Promise<Document> {
  const { stdout, stderr } = await inside([...args, '--json', '--shrink', '0']);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Document;
}

/** All but the time that it took. */
function timeless({ seconds, ...rest }: Document): Document {
  expect(seconds).toBeGreaterThan(0);
  return rest;
}

describe.each([
  ['an exhaustive search', ABA],
  ['a campaign of PCT', PCT],
])('%s', (_name, args) => {
  // Each starts workers for a dozen searches.
  test.runIf(deep || args === PCT)(
    'in three shards is the whole, number for number, whoever searches',
    async () => {
      const place = folder();
      const parts = [1, 2, 3].map((part) => join(place, `${part}.json`));
      let executions = 0;
      for (const [i, path] of parts.entries()) {
        const shard = await documentOf([...args, '--shard', `${i + 1}/3`, '--checkpoint', path]);
        expect(shard).toMatchObject({ complete: false, endedBy: null, shard: `${i + 1}/3` });
        executions += shard['executions'] as number;
      }
      const whole = await documentOf([...args, '--jobs', '2']);
      expect(executions).toBe(whole['executions']);
      expect(whole['shard']).toBe(null);
      const merged = await documentOf(['explore', '--merge', parts[2]!, parts[0]!, parts[1]!]);
      expect(timeless(merged)).toEqual(timeless(whole));
      // What is printed is the same too, but for the pace.
      const told = [
        await inside(['explore', '--merge', ...parts, '--shrink', '0']),
        await inside([...args, '--shrink', '0']),
      ];
      const [one, other] = told.map(({ stdout }) =>
        stdout.replace(/\d+\.\d\d s(, [\d,]+ a second)?/, 'pace'),
      );
      expect(one).toBe(other);
      expect(one).toContain('FIRST DAMAGE');
    },
  );

  test.runIf(deep || args === PCT)('ended early goes on where it ended', async () => {
    const path = join(folder(), 'half.json');
    // The same command works before there is a file and afterwards.
    const kept = [...args, '--checkpoint', path, '--resume', path];
    const half = await documentOf([...kept, '--max-executions', '150']);
    expect(half).toMatchObject({ executions: 150, complete: false, endedBy: 'executions' });
    const { done } = JSON.parse(readFileSync(path, 'utf8')) as { done: number[] };
    expect(half['units']).toMatchObject({ done: done.length });
    expect(done.length).toBeGreaterThan(10);
    const resumed = await documentOf(kept);
    const whole = await documentOf(args);
    expect(timeless(resumed)).toEqual(timeless(whole));
    // And there is nothing left to do.
    expect(timeless(await documentOf(kept))).toEqual(timeless(whole));
  });
});

/** Takes long enough to be interrupted. */
const LONG = ['explore', '--program', '[A] d | d e d | d e', '--jobs', '2'];

test.runIf(deep)('Ctrl-C prints what was covered and found, and keeps it', async () => {
  const place = folder();
  const path = join(place, 'part.json');
  const child = start([...LONG, '--checkpoint', path]);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  // The first unit is kept as soon as it is done.
  await vi.waitUntil(() => existsSync(path), { timeout: 150_000, interval: 20 });
  expect(child.exitCode).toBe(null);
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  const [stdout, stderr] = await output;
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^executions {2}[\d,]+, one of each class/m);
  expect(stdout).toMatch(/^incomplete {2}the search was interrupted, with \d+ of the \d+ units done$/m);
  expect(stdout).toContain('FIRST DAMAGE');
  expect(readdirSync(place)).toEqual(['part.json']);
  const { status, stderr: refused } = await inside(['explore', '--merge', path]);
  expect(refused).toMatch(/part\.json has searched \d+ of its \d+ units: let it go on with --resume/);
  expect(status).toBe(2);
});

test('a worker that crashes ends the search with an error, and what was searched is kept', async () => {
  const place = folder();
  const scheme = join(place, 'crash.mjs');
  const naive = new URL('../../dist/src/kernel/schemes/naive.js', import.meta.url);
  writeFileSync(
    scheme,
    `import { workerData } from 'node:worker_threads';
     import { Naive } from ${JSON.stringify(naive.href)};
     let calls = 0;
     export default class Crash extends Naive {
       static NUMBER = 0;
       static ID = 'crash';
       retire(slot) {
         if (workerData?.role !== 'command' && ++calls > 300) process.exit(3);
         super.retire(slot);
       }
     }`,
  );
  const path = join(place, 'part.json');
  const args = [
    'explore',
    '--program',
    'e d | d e',
    '--scheme',
    scheme,
    '--checkpoint',
    path,
    '--shrink',
    '0',
  ];
  const { status, stdout, stderr } = lab(args);
  expect(stderr).toContain('A worker of the search exited with code 3 before it was done: look at what ');
  expect(stdout).toMatch(/^incomplete {2}the search was interrupted, with \d+ of the \d+ units done$/m);
  expect(status).toBe(2);
  const { partial, done } = JSON.parse(readFileSync(path, 'utf8')) as {
    partial: { executions: number };
    done: number[];
  };
  expect(done.length).toBeGreaterThan(0);
  expect(partial.executions).toBeGreaterThan(0);
});

describe('refused in one sentence', () => {
  const SMALL = ['explore', '--program', 'e | d'];
  const none = 'no-such-part.json';

  test.each([
    [[...SMALL, '--jobs', '0'], '--jobs cannot be "0": give a whole number from 1 to 256.'],
    [[...SMALL, '--shard', '0/3', '--checkpoint', none], '--shard cannot be "0/3": give one part of several'],
    [[...SMALL, '--shard', '4/3', '--checkpoint', none], '--shard cannot be "4/3"'],
    [[...SMALL, '--shard', 'half', '--checkpoint', none], '--shard cannot be "half"'],
    [[...SMALL, '--shard', '1/3'], '--shard 1/3 is to be merged with the others: say where to keep it'],
    [['explore', '--merge'], '--merge lacks the parts: give their files'],
    [[...SMALL, '--merge', none], '--merge takes the program from its files'],
    [[...SMALL, none], 'does not know what to do with'],
    [['explore', '--merge', none], 'no-such-part.json cannot be read (ENOENT)'],
    [[...SMALL, '--resume', none], 'no-such-part.json cannot be read (ENOENT)'],
    [[...SMALL, '--checkpoint', 'no-such-folder/part.json'], 'cannot be written (its folder does not exist)'],
    [
      [...SMALL, '--max-preemptions', '1', '--jobs', '2'],
      '--jobs needs a search that can be split, and bounded cannot',
    ],
    [
      [...SMALL, '--max-preemptions', '1', '--checkpoint', none],
      '--checkpoint needs a search that can be split',
    ],
    [
      [...SMALL, '--strategy', 'replay', '--schedule', '1', '--shard', '1/2', '--checkpoint', none],
      'take --strategy exhaustive, pct, pos, random-walk.',
    ],
  ])('%j', async (args, sentence) => {
    const { status, stdout, stderr } = await inside(args);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^[^\n]+\.\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(existsSync(none)).toBe(false);
  });

  test('a checkpoint of another program, and one that is damaged, which stay as they are', async () => {
    const path = join(folder(), 'part.json');
    await documentOf([...SMALL, '--checkpoint', path]);
    const written = readFileSync(path, 'utf8');
    const other = await inside(['explore', '--program', 'e | e', '--checkpoint', path, '--resume', path]);
    expect(other.stderr).toContain('is of the program "e | d", and asked for is the program "e | e"');
    expect(other.status).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe(written);
    writeFileSync(path, written.slice(0, -9));
    const damaged = await inside([...SMALL, '--checkpoint', path, '--resume', path]);
    expect(damaged.stderr).toMatch(
      /^The checkpoint .*part\.json is damaged \(it is no JSON document\): search its part again\.\n$/,
    );
    expect(damaged.status).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe(written.slice(0, -9));
  });
});
