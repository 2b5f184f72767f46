import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { structureNamed } from '../../dist/src/laboratory/participant.js';
import { chooseScheme } from '../../dist/src/laboratory/registry.js';
import { done, root } from '../package/packed.ts';
import { usageOf } from './usage.ts';
import { some } from '../effort.ts';

const folder = join(root, 'out/test-own-faults');
const main = join(root, 'dist/src/cli/main.js');

beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Tags of the lab's, with code at the head of the file and in the class. */
function fileOf(name: string, head: string, body = ''): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `import { workerData } from 'node:worker_threads';
import { Tagged } from 'lockfree-lab';
${head}
export class Mine extends Tagged {
  static ID = 'mine';
  ${body}
}`,
  );
  return file;
}

/** The mailbox, with code at the head of the file and in the class. */
function structureFile(name: string, head: string, body: string): string {
  const file = join(folder, `${name}.mjs`);
  const mailbox = pathToFileURL(join(root, 'test/variants/mailbox.mjs')).href;
  writeFileSync(
    file,
    `import { structure as Mailbox } from ${JSON.stringify(mailbox)};
export { CARD } from ${JSON.stringify(mailbox)};
${head}
export class Mine extends Mailbox {
  static NUMBER = 1776;
  static ID = 'mine';
  ${body}
}
export { Mine as structure };`,
  );
  return file;
}

const TURNS = 'while two threads take turns at a queue with it';

// Each is tried in a worker, so in the short form some will do.
describe('a trial says what a scheme does wrong', () => {
  test.each(
    some(
      [
        [
          'exit-at-load',
          'process.exit(0);',
          '',
          'calls process.exit(0) while it is loaded: a scheme must not end its process.',
        ],
        [
          'never-loaded',
          'await new Promise(() => {});',
          '',
          'never finishes loading: its top-level await has nothing that it could wait for.',
        ],
        ['throws-at-load', "throw new Error('not today');", '', 'cannot be loaded: not today.'],
        ['throws-a-text', "throw 'not today';", '', 'cannot be loaded: it threw not today.'],
        [
          'rejects',
          '',
          "retire(slot) { super.retire(slot); Promise.reject(new Error('late')); }",
          `leaves an error to nobody ${TURNS} (Error: late): let it throw where it is called, and handle its promises.`,
        ],
        [
          'constructor',
          '',
          "constructor(...given) { super(...given); throw new Error('no'); }",
          'cannot be constructed: Error: no (line 6).',
        ],
        [
          'throws',
          '',
          "retire() { throw new RangeError('no'); }",
          'fails at once, with two threads that take turns at the queue: RangeError: no (line 6).',
        ],
        [
          'exits',
          '',
          'retire() { process.exit(3); }',
          `calls process.exit(3) ${TURNS}: a scheme must not end its process.`,
        ],
      ],
      4,
    ),
  )('%s', async (name, head, body, sentence) => {
    const file = fileOf(name, head, body);
    expect(await usageOf(() => chooseScheme(file))).toBe(`The scheme ${file} ${sentence}`);
  });
});

describe('and what a structure does wrong', () => {
  test.each(
    some(
      [
        ['box-exits-at-load', 'process.exit(0);', '', 'calls process.exit(0) while it is loaded'],
        [
          'box-exits',
          '',
          'fetch() { process.exit(3); }',
          'calls process.exit(3) while two threads take turns at it: a structure must not end its process.',
        ],
        [
          'box-throws',
          '',
          "post() { throw new RangeError('no'); }",
          'fails at once, with two threads that take turns at it: RangeError: no (line 7).',
        ],
      ],
      1,
    ),
  )('%s', async (name, head, body, sentence) => {
    const file = structureFile(name, head, body);
    expect(await usageOf(() => structureNamed(file))).toContain(`The structure ${file} ${sentence}`);
  });
});

test.each([
  ['process.exit(0)', 'called process.exit while it was loaded: leave that out.'],
  [
    'await new Promise(() => {})',
    'never came back while it was loaded: its top-level await has nothing that it could wait for.',
  ],
])(
  'what only the thread of the command does is told by the command, with exit status 2: %s',
  async (does, sentence) => {
    const file = fileOf('later', `if (workerData?.role === 'command') ${does};`);
    const { status, stderr } = await done(process.execPath, [main, 'run', 'aba-dequeue', '--scheme', file]);
    expect([status, stderr]).toEqual([2, `The code of ${file} ${sentence}\n`]);
  },
);
