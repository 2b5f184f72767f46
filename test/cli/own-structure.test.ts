import { appendFileSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shellWords } from '../../src/visible.ts';
import { deep } from '../effort.ts';
import { folder, lab } from './lab.ts';

const mailbox = join(import.meta.dirname, '../variants/mailbox.mjs');

/** The words of the line that replays what was printed. */
function lineIn(stdout: string): string[] {
  const [, line] = /^replay +npx lockfree-lab (replay [\s\S]*?)$/m.exec(stdout.replaceAll('\\\n', ''))!;
  return shellWords(line);
}

test.runIf(deep)(
  "a program on a structure of the user's own is searched by workers, made smaller and told; its line names the file and replays it",
  () => {
    const search = deep
      ? ['[A] fetch | fetch post isEmpty', '--jobs', '2']
      : ['[A] f | f post', '--shrink', '0'];
    const { status, stdout, stderr } = lab(['explore', '--structure', mailbox, '--program', ...search]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    if (deep) expect(stdout).toMatch(/^shrunk +ABA: .* 4 operations together → 2 threads, 3 operations/m);
    expect(stdout).toContain(`program  ${mailbox}:[A] f | f post`);
    const words = lineIn(stdout);
    expect(words.slice(0, 4)).toEqual(['replay', '--structure', mailbox, '[A] f | f post/naive:slots=6']);
    const again = lab(words);
    expect(again.status).toBe(0);
    expect(again.stdout).toContain(`FIRST DAMAGE   ABA at step`);
    if (!deep) return;
    const given = lab([
      'replay',
      words
        .slice(1)
        .map((word) => `'${word}'`)
        .join(' '),
    ]);
    expect(given.stdout).toBe(again.stdout);
  },
);

test.runIf(deep)('what it is kept in names it, and never runs it', () => {
  const kept = join(folder(), 'kept.json');
  const own = join(folder(), 'own.mjs');
  copyFileSync(mailbox, own);
  const structure = ['--structure', own];
  const search = ['explore', '--program', '[A] fetch | post', '--scheme', 'tagged', '--json'];
  const whole = lab([...search, ...structure, '--checkpoint', kept]);
  expect(whole.status).toBe(0);
  const { stderr, status } = lab(['explore', '--merge', kept]);
  expect({ status, stderr }).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(
      "was made with a structure of a user's own, file://" +
        `${own}, and a file never runs code: name the module yourself, as in --structure ./mine.js.`,
    ) as string,
  });
  const merged = lab(['explore', '--merge', kept, ...structure, '--json']);
  expect(executionsIn(merged.stdout)).toBe(executionsIn(whole.stdout));
  appendFileSync(own, '\n// Changed since.\n');
  expect(lab(['explore', '--merge', kept, ...structure]).status).toBe(2);
});

function executionsIn(stdout: string): number {
  return (JSON.parse(stdout) as { executions: number }).executions;
}

test("a scenario's program runs on it, in its words; its trace is audited with its names, and by none other", () => {
  const [trace, structure] = [join(folder(), 'trace.jsonl'), ['--structure', mailbox]];
  const moves = ['--schedule', '1x3,2x3,1', '--scheme', 'naive'];
  const ran = lab(['run', 'tag-wrap', ...structure, ...moves, '--engine', 'model', '--trace', trace]);
  expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
  expect(lineIn(ran.stdout)).toContain('[A] f | f post f post f post f/naive:slots=6');
  expect(lab(['audit', trace, ...structure]).stdout).toContain('box      empty');
  expect(lab(['audit', trace, '--structure', 'treiber-stack']).stderr).toMatch(
    /^--structure says treiber-stack, and .* is of a (?:mailbox|structure with the number 100): leave --structure out\.$/m,
  );
  expect(lab(['run', 'aba-dequeue', ...structure]).stderr).toContain(
    'begins with 2 values, and a box holds 1 at most: leave some out.',
  );
  expect(lab(['run', 'reload', ...structure]).stderr).toContain('leave --structure out');
});

test.runIf(deep)('bench measures it, and names it in the result', () => {
  const out = join(folder(), 'result.json');
  const asked = ['bench', '--quick', '--structure', mailbox, '--scheme', 'tagged', '--workload', 'pairs'];
  const { status, stdout } = lab([...asked, '--threads', '1', '--no-memory', '--no-peers', '--out', out]);
  expect(status).toBe(0);
  expect(stdout).toContain('An operation is a successful post or fetch');
  expect(readFileSync(out, 'utf8')).toContain(`"structure": "file://${mailbox}"`);
  expect(
    lab([...asked.filter((word) => word !== mailbox && word !== '--structure'), '--out', out]).stderr,
  ).toContain('and michael-scott is to be measured');
});

test('bench measures a set of keys, as many as it takes', () => {
  const set = join(import.meta.dirname, '../variants/bitmap-set.mjs');
  const line = ['bench', '--quick', '--structure', set, '--scheme', 'tagged', '--threads', '1'];
  expect(lab([...line, '--keys', '9']).stderr).toContain(
    '--keys cannot be "9": give a whole number from 2 to 8.',
  );
  const { status, stdout } = lab([...line, '--workload', 'contains-90']);
  expect(status).toBe(0);
  expect(stdout).toContain('contains-90 of 8 keys, 1 thread');
});

test('a file that is not there, or has none, is said in one sentence', () => {
  const explore = ['explore', '--program', 'post'];
  expect(lab([...explore, '--structure', './none.mjs']).stderr).toContain(
    'There is no file ./none.mjs for --structure: give the path of a JavaScript module.',
  );
  expect(lab([...explore, '--structure', 'treiber']).stderr).toContain('There is no structure "treiber"');
  expect(lab(['explore', '--program', 'treiber-stack:pop', '--structure', mailbox]).stderr).toContain(
    'is one of treiber-stack, and --structure says',
  );
});
