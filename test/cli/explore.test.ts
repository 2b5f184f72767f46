import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, lab } from './lab.ts';
import { deep } from '../effort.ts';

const UNVALIDATED = new URL('../../dist/scenarios/06-unvalidated-hazard/unvalidated.js', import.meta.url)
  .pathname;

/** In the short form no smaller program is looked for. */
const AS_IT_IS = deep ? [] : ['--shrink', '0'];

/** The part of what was printed that is the story. */
function storyIn(text: string): string {
  return text.slice(text.indexOf('program  ['), text.indexOf('replay  '));
}

test.runIf(deep)('a failure is told with the fewest preemptions, and its line replays it', () => {
  const { status, stdout, stderr } = lab(['explore', '--program', '[A] d | d e d', ...AS_IT_IS]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('complete    nothing was left out');
  expect(stdout).toMatch(/^bad +\d+ \(\d+\.\d %\): ABA, /m);
  expect(stdout).toContain('FIRST DAMAGE   ABA at step');
  const [, line] = /^replay +npx lockfree-lab replay (.*)$/m.exec(stdout)!;
  // One preemption: T1, T2, T1.
  expect(line).toMatch(/^"\[A\] d \| d e d\/naive:slots=6" 1x\d+,2x\d+,1x\d+$/);
  const again = lab(['replay', ...line!.replaceAll('"', '').split(/ (?=1x)/)]);
  expect(again.status).toBe(0);
  expect(storyIn(again.stdout)).toBe(storyIn(stdout));
  expect(storyIn(stdout).length).toBeGreaterThan(1000);
});

test.runIf(deep)('a failure of a larger program is made small, and so it says', () => {
  const line = [
    'explore',
    '--program',
    '[A B] e d | d e d d | e',
    '--first',
    '--max-preemptions',
    '1',
    '--shrink',
    '140',
  ];
  const { stdout } = lab(line);
  expect(stdout.replaceAll(/\n +/g, ' ')).toMatch(
    /^shrunk +ABA: 3 threads, 7 operations together → 2 threads, 3 operations together, 1 preemption, 32 steps; no smaller program shows it$/m,
  );
  expect(stdout).toMatch(/^program {2}e \| d e {2}/m);
  expect(stdout).toContain('FIRST DAMAGE   ABA at step 32, T1 E17');
  const document = JSON.parse(lab([...line.slice(0, -2), '--shrink', '0', '--json']).stdout) as Record<
    string,
    unknown
  >;
  expect(document).toMatchObject({ shrunk: null, program: '[A B] e d | d e d d | e' });
});

const SAFE = ['hazard-pointers:threshold=1', 'no-reclaim', 'tagged', 'epochs:period=1'];
test.each(deep ? SAFE : [])('every interleaving of a small program is clean under %s', (scheme) => {
  const { status, stdout } = lab(['explore', '--program', '[A] d | e', '--scheme', scheme, '--json']);
  const document = JSON.parse(stdout) as Record<string, unknown>;
  expect(document).toMatchObject({ schemaVersion: 1, verdict: 'as-claimed', findings: [], complete: true });
  expect(document['executions']).toBeGreaterThan(2);
  expect(status).toBe(0);
});

test('where no slots are given, there are as many as the scheme needs', () => {
  const explored = lab(['explore', '--program', '[A] d | e', '--scheme', 'epochs', '--json']);
  expect(explored.stderr).toBe('');
  expect(JSON.parse(explored.stdout)).toMatchObject({ slots: 34, complete: true, findings: [] });
  const again = lab(['replay', '[A] d | e/epochs', '1x3,2x4', '--engine', 'model']);
  expect({ status: again.status, stderr: again.stderr }).toEqual({ status: 0, stderr: '' });
  expect(again.stdout).toMatch(/^replay +npx lockfree-lab replay "\[A\] d \| e\/epochs:slots=34" 1x3,2x4$/m);
});

test.runIf(deep)('a scheme that claims more than it keeps fails', () => {
  const { status, stdout } = lab([
    'explore',
    '--program',
    '[A B] d | d d',
    '--scheme',
    `${UNVALIDATED}:threshold=1`,
    '--first',
    '--shrink',
    '0',
  ]);
  expect(stdout).toContain('use after free');
  expect(stdout).toContain('BROKEN');
  expect(status).toBe(1);
});

test.runIf(deep)('a search that is ended early says so', () => {
  const { stdout } = lab(['explore', '--program', 'e | e', '--scheme', 'tagged', '--max-executions', '20']);
  expect(stdout).toContain('executions  20,');
  expect(stdout).toContain('incomplete');
});

test('a shard that no unit is left for says so, and nothing of a promise', () => {
  const line = ['explore', '--program', 'd', '--shard', '9/9', '--checkpoint', join(folder(), 'part.json')];
  const { status, stdout, stderr } = lab(line);
  expect(stderr).toBe('Nothing is left for --shard 9/9: other shards have the only unit of the search.\n');
  expect(stdout).toContain('Nothing was run, so nothing is said of what naive promises.');
  expect(stdout).not.toContain('as claimed');
  expect(status).toBe(0);
  expect(JSON.parse(lab([...line, '--json']).stdout)).toMatchObject({ verdict: null, executions: 0 });
});

test.runIf(deep)('what chance found is told with its seed, and the promise of PCT beside the rate', () => {
  const args = ['explore', '--program', '[A] d | d e d', '--strategy', 'pct', '--seed', '7', '--runs', '200'];
  const { status, stdout } = lab([...args, ...AS_IT_IS]);
  expect(stdout).toContain('executions  200, chosen by pct from seed 7;');
  expect(stdout.replaceAll(/\n +/g, ' ')).toMatch(
    /^promised {4}at least 1\/\(2·41\) = 1\.2 % of the runs .*; \d\.\d % were bad$/m,
  );
  expect(stdout).not.toContain('complete ');
  expect(stdout).toContain('FIRST DAMAGE');
  expect(status).toBe(0);
});

test.runIf(deep)('interleavings are counted where the preemptions are bounded', () => {
  const { stdout } = lab(['explore', '--program', 'e | d', '--scheme', 'tagged', '--max-preemptions', '2']);
  expect(stdout).toMatch(/\d+ classes stand for \d[\d,]* interleavings/);
});

test.each([
  [['explore'], 'explore lacks its program'],
  [['explore', '--program', 'e | x'], '"x" in thread 2 of the program "e | x" is no operation'],
  [['explore', '--program', 'e | d', '--scheme', 'taged'], 'did you mean "tagged"'],
  [
    ['explore', '--program', 'e | d', '--strategy', 'depth-first'],
    'There is no strategy "depth-first": give one of exhaustive,',
  ],
  [['explore', '--program', 'e | d', '--strategy', 'replay'], '--strategy replay lacks its schedule'],
  [
    ['explore', '--program', 'e | d', '--schedule', '1'],
    '--schedule is for --strategy replay, and not for exh',
  ],
  [['explore', '--smallest', '--jobs', '2'], '--jobs is for the search of one program, and --smallest'],
  [
    ['explore', '--merge', 'a', '--checkpoint', 'b'],
    '--checkpoint is for the search of one program, and --merge',
  ],
  [['explore', '--program', 'e | d', '--strategy', 'pos', '--max-preemptions', '2'], 'and not for pos'],
  [['explore', '--program', 'e | d', '--strategy', 'replay', '--schedule', '3'], 'moves T3'],
  [['explore', '--program', 'e | d', '--slots', '3', '--scheme', 'epochs'], '3 slots are too few'],
])('%j is refused in one sentence', (args, sentence) => {
  const { status, stdout, stderr } = lab(args);
  expect(stderr).toContain(sentence);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
