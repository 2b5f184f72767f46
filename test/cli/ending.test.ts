import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { failure, isShortage } from '../../dist/src/cli/terminal/ending.js';
import { runLab } from '../../dist/src/cli/lab.js';
import { readArguments } from '../../dist/src/cli/arguments/arguments.js';
import { command } from '../../dist/src/cli/arguments/command.js';
import { commandsFor } from '../../dist/src/cli/commands/all.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { UsageError } from '../../dist/src/errors.js';
import { folder, lab, start } from './lab.ts';

/** Goes on for longer than any test. */
const LONG = ['stress', '--scheme', 'hazard-pointers', '--seconds', '3600', '--threads', '1'];

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether operations were made: by the text of a run, and by its JSON. */
const madeSome = (stdout: string): boolean => /^ +[1-9][\d,]* operations /m.test(stdout);
const toldSome = (stdout: string): boolean => /"operations": [1-9]/.test(stdout);

interface Ended {
  readonly status: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Interrupts a stress run with these signals, as late as it takes until it has made operations: a busy machine is slow to start. */
async function interrupted(
  args: readonly string[],
  signals: readonly NodeJS.Signals[],
  hasWorked: (stdout: string) => boolean,
): Promise<Ended> {
  for (let ms = 500; ms < 40_000; ms *= 2) {
    const child = start([...LONG, ...args]);
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    await pause(ms);
    expect(child.exitCode).toBe(null);
    for (const signal of signals) child.kill(signal);
    const [status] = (await once(child, 'close')) as unknown[];
    const [stdout, stderr] = await output;
    expect(() => process.kill(child.pid ?? 0, 0)).toThrow('ESRCH');
    if (hasWorked(stdout)) return { status, stdout, stderr };
  }
  return expect.unreachable('nothing was done before the interruption');
}

describe('the end of a run', () => {
  test('SIGTERM in the middle of a stress ends it with what it has found so far', async () => {
    const place = folder();
    const path = join(place, 'slab.snapshot');
    const { status, stdout, stderr } = await interrupted(['--snapshot', path], ['SIGTERM'], madeSome);
    expect(stdout).toContain('hazard-pointers');
    expect({ status, stderr }).toEqual({ status: 143, stderr: '' });
    // The snapshot is there as a whole, and no draft of it.
    expect(readdirSync(place)).toEqual(['slab.snapshot']);
    expect(lab(['audit', path]).status).toBe(0);
  });

  test('SIGINT before anything was found leaves no file', async () => {
    const place = folder();
    const child = start([...LONG, '--snapshot', join(place, 'slab.snapshot')]);
    await pause(60);
    child.kill('SIGINT');
    await once(child, 'close');
    expect(readdirSync(place).filter((name) => name.endsWith('.tmp') || name.endsWith('.part'))).toEqual([]);
  });

  test('a Ctrl-C that npm passes on once more counts once; --json is a whole document, and says that it was interrupted', async () => {
    const { status, stdout } = await interrupted(['--json'], ['SIGINT', 'SIGINT'], toldSome);
    expect(status).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, interrupted: true });
  });

  test('a reader that goes away ends it quietly', async () => {
    const line = 'stress --scheme all --seconds 0.2 --threads 1 --explain 0';
    const child = start(line.split(' '));
    const stderr = text(child.stderr);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = (await once(child, 'exit')) as [number];
    expect(await stderr).toBe('');
    expect(code).toBe(141);
  });
});

/** Runs a command that ends like this, without what it says on stderr. */
async function ending(end: () => { broken: boolean }): Promise<number> {
  const silenced = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => silenced.mockRestore());
  const one = command({
    name: 'end',
    summary: 'Ends.',
    options: {},
    examples: [['lockfree-lab end', 'Ends.']],
    run: () => ({ ...end(), document: {} }),
  });
  return runLab(['end'], [one], new AbortController().signal);
}

function refuse(error: Error): () => never {
  return () => {
    throw error;
  };
}

describe('exit statuses', () => {
  test('0 as claimed, 1 broken, 2 bad usage, 70 a fault of the lab', async () => {
    expect(await ending(() => ({ broken: false }))).toBe(0);
    expect(await ending(() => ({ broken: true }))).toBe(1);
    expect(await ending(refuse(new UsageError('No.')))).toBe(2);
    expect(await ending(refuse(new RangeError('Oh.')))).toBe(70);
  });

  test('bad usage is a sentence; a fault has its stack, the command line and the version', () => {
    expect(failure(new UsageError('Not so.'), ['list'])).toBe('Not so.');
    const told = failure(new RangeError('Oh.'), ['list', '--all']);
    expect(told).toContain('the fault is its own and not in your input. Please report it');
    expect(told).toContain('lockfree-lab list --all');
    expect(told).toContain('RangeError: Oh.');
    expect(told).toMatch(/^ {6}at /m);
    expect(failure('a string', [])).toContain('a string');
  });
});

describe('what the machine has too little of is told in one sentence', () => {
  test.each([
    [Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }), 'too many files are open'],
    [Object.assign(new Error('x'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }), 'the heap of Node is used up'],
    [Object.assign(new Error('x'), { code: 'ERR_WORKER_INIT_FAILED' }), 'a thread could not be started'],
    [new RangeError('Array buffer allocation failed'), 'a block of memory could not be had'],
  ])('%s', (error, sentence) => {
    expect(isShortage(error)).toBe(true);
    expect(failure(error, ['run'])).toMatch(
      new RegExp(`^This machine cannot do it: ${sentence}: [^\\n]+\\.$`),
    );
  });

  test('and nothing else is', () => {
    for (const error of [new RangeError('Invalid array length'), new Error('x'), null, 'EMFILE'])
      expect(isShortage(error)).toBe(false);
  });
});

test.each([
  [
    'stress --scheme all --ops 100 --explain 0',
    /^Interrupted: no-reclaim, tagged, hazard-pointers, epochs, hazard-eras and \d+ others were not run\.$/m,
  ],
  [
    'run aba-dequeue --scheme all --engine model',
    /^Interrupted: naive-before-D5, .* and \d+ others were not run\.$/m,
  ],
  [
    'explore --smallest --scheme tagged',
    /^explorer was interrupted, and had found no damage in \d+ short programs?\b/m,
  ],
] as const)('interrupted, %s says what it lacks', async (line, sentence) => {
  const words = line.split(' ');
  const [own] = await commandsFor(words);
  const { options, positionals } = readArguments(own!, words.slice(1));
  const stop = new AbortController();
  let printed = '';
  let shown = 0;
  const interrupt = (): void => {
    // The text of the first scheme is printed before its run is over, and what is done is shown when it begins.
    if (words[0] === 'stress' ? printed !== '' : shown >= (words[0] === 'run' ? 1 : 3)) stop.abort();
  };
  await own!.run(
    {
      style: plainStyle({ columns: 1000 }),
      json: false,
      signal: stop.signal,
      progress: { show: () => void (shown++, interrupt()), clear: () => {} },
      print: (more: string) => void ((printed += `${more}\n`), interrupt()),
      remark: () => {},
    },
    options,
    positionals,
  );
  expect(printed).toMatch(sentence);
});
