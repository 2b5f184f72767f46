import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inside } from './inside.ts';
import { lab, labProcess, main } from './lab.ts';

const TWICE = '1x5,2x27,1x4';

describe('play', () => {
  test.each([
    [['play', 'twise', '--script', '1'], 'There is no scenario "twise" (did you mean "twice"?)'],
    [['play', '--json'], '--json prints one document at the end: give the moves with --script.'],
    [['play', 'twice', '--script', '3'], 'The schedule moves T3, and there are 2 threads.'],
    [['play', 'twice', '--slots', '1'], '--slots cannot be "1"'],
    [['play', 'code'], 'play code needs --html FILE: lockfree-lab play code --html code.html.'],
    [['play', 'code', '--html', 'x.html', '--slots', '3'], 'takes --html FILE alone, and not --slots'],
  ])('%j is refused in one sentence', (args, sentence) => {
    const { status, stderr } = lab(args);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(status).toBe(2);
  });

  test('a script that solves a level is told so, with par and a line that replays it', () => {
    const { stdout, status } = lab(['play', 'level-3', '--script', TWICE]);
    expect(stdout).toContain(
      'goal     Level 3, The same value twice. Make A come out twice. Par: 1 preemption.',
    );
    expect(stdout).toContain('REACHED  at step 36, with 1 preemption: that is par.');
    expect(stdout).toContain(`replay   npx lockfree-lab replay "[A] d | d e d/naive:slots=6" ${TWICE}`);
    expect(status).toBe(0);
    const replayed = lab(['replay', '[A] d | d e d/naive:slots=6', TWICE]);
    expect(replayed.stdout).toContain('DUPLICATE VALUE. A is delivered a second time');
  });

  test('one that takes more preemptions than it has to is told by how many, and one that does not reach it is not', () => {
    const more = lab(['play', 'twice', '--script', '2,1x5,2x26,1x4']);
    expect(more.stdout).toContain('with 2 preemptions; par is 1: take back with u');
    expect(lab(['play', 'twice', '--script', '2x27,1x9']).stdout).not.toContain('REACHED');
  });

  test('code of the player is run in a page, which is written and named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockfree-code-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'code.html');
    const { stdout, status } = lab(['play', 'code', '--html', file]);
    expect(stdout).toContain(`Open ${file} in a browser`);
    expect(status).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('data-example="lost-update"');
  });

  test('as a document', () => {
    const { stdout } = lab(['play', 'twice', '--script', TWICE, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'as-claimed',
      level: 'twice',
      reached: 36,
      preemptions: 1,
      par: 1,
    });
  });

  test('a scenario has the damage that it is about as its goal, and under another scheme that goal stays', () => {
    const { stdout } = lab(['play', 'aba-dequeue', '--script', 'T1@D13; T2@A1#2; T1@D13+']);
    expect(stdout).toContain('goal     Bring this about: ABA.');
    expect(stdout).toContain('REACHED  at step 42, with 2 preemptions.');
    const safe = lab(['play', 'aba-dequeue', '--scheme', 'tagged', '--script', 'T1@D13; T2@A1#2; T1@D13+']);
    expect(safe.stdout).toContain('goal     Bring this about: ABA.');
    expect(safe.stdout).not.toContain('REACHED');
  });

  test('keys from a pipe: moves, undo down to the start, a kill, questions, the state, and a hint of the shortest way', () => {
    const keys = '12121uuuuuu11111hh2uhs21a2222222222yk2hq1';
    const { stdout, status } = labProcess(['play', 'twice'], {}, keys);
    expect(stdout.match(/back at step \d/g)).toEqual(
      [4, 3, 2, 1, 0, 5].map((step) => `back at step ${step}`),
    );
    expect(stdout).toContain('Nothing was done yet that could be taken back.');
    const hints = stdout.split('\n').filter((line) => line.startsWith('hint'));
    const way = 'hint     Move T2 (D2): its next 27 steps. From here it takes 31 steps and 1 preemption.';
    expect(hints).toEqual([
      way,
      way,
      way,
      'hint     Without a kill the goal cannot be reached from here any more: take back with u.',
    ]);
    expect(stdout).toMatch(/^T1 {7}next step D13 · believes head = 1ᵃ \(step 1\)/m);
    expect(stdout).toContain("T2's next step is A3, a compare-and-swap");
    expect(stdout).toMatch(/^Right: A3 succeeds\.$/m);
    expect(stdout).toContain('■ terminated before E3');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^replay .* '1x5,2,1,2x\d+!'$/);
    expect(status).toBe(0);
  });

  // Of util-linux, which gives a command a terminal of its own.
  test.skipIf(!existsSync('/usr/bin/script'))(
    'keys of a terminal, where Ctrl-C leaves as q does',
    async () => {
      const played = await Promise.all(['q', '\u0003'].map((last) => onTerminal(`1\u001b[C1${last}`)));
      for (const { text, status } of played) {
        expect(text).toContain('D3  tail ← Tail = 2');
        expect(text).not.toContain('is no key');
        expect(text.trimEnd()).toMatch(/1x2$/);
        expect(status).toBe(0);
      }
    },
  );
});

/** Returns once a terminal hands on each key by itself: until then it would keep them for a line, and end the game at a Ctrl-C. */
async function untilRaw(terminal: string): Promise<void> {
  const isRaw = async (): Promise<boolean> =>
    (await promisify(execFile)('stty', ['-F', terminal, '-a'])).stdout.includes(' -icanon');
  while (!(await isRaw())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What is seen of a game on a terminal whose keys are pressed once it reads them. */
function onTerminal(keys: string): Promise<{ readonly text: string; readonly status: number | null }> {
  const line = `stty cols 100; tty; ${process.execPath} ${main} play twice --no-color`;
  const child = spawn('/usr/bin/script', ['-qec', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    let text = '';
    let isPressed = false;
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const terminal = /^\/dev\/\S+(?=\s)/.exec(text)?.[0];
      if (isPressed || terminal === undefined) return;
      isPressed = true;
      untilRaw(terminal).then(() => child.stdin.write(keys), reject);
    });
    child.on('close', (status) => resolve({ text, status }));
  });
}

test.each([
  ['explore', '--program', 'e*2 | d', '--max-executions', '1', '--shrink', '0', '--scheme'],
  ['play', 'e*2 | d', '--script', '1x3', '--scheme'],
  ['replay', '1x3', '--engine', 'model', 'e*2 | d/'],
  ['run', 'chain', '--engine', 'model', '--slots', '30', '--scheme'],
])('that chains are made one value at a time under a scheme that has none is said: %s', async (...words) => {
  const said = async (scheme: string): Promise<readonly [number | null, string]> => {
    const [command, ...more] = words;
    const line =
      command === 'replay'
        ? [command, `${more.at(-1)}${scheme}:slots=8`, ...more.slice(0, -1)]
        : [...words, scheme];
    const { status, stderr } = await inside(line);
    return [status, stderr];
  };
  const note =
    /^A chain is made one value at a time here: reference-counting claims each node by itself, [^\n]*\.\n$/;
  const isOfChains = words[0] !== 'run';
  expect(await said('reference-counting')).toEqual([0, isOfChains ? expect.stringMatching(note) : '']);
  expect(await said('tagged')).toEqual([0, '']);
});
