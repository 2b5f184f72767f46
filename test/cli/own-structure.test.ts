import { appendFileSync, copyFileSync } from 'node:fs';
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
