import { describe, expect, test } from 'vitest';
import { lab } from './lab.ts';
import { deep } from '../effort.ts';

describe('run ex-NN', () => {
  test('asks an exercise, and says how it is answered', () => {
    const { stdout, status } = lab(['run', 'ex-05']);
    expect(stdout).toContain('exercise 05  tag-wrap');
    expect(stdout).toContain('answer   npx lockfree-lab run ex-05 --answer ANSWER');
    expect(stdout).not.toContain('RIGHT');
    expect(status).toBe(0);
  });

  test.runIf(deep)('judges an answer, by its exit status, too', () => {
    const right = lab(['run', 'ex-02', '--schedule', 'T1@D5; T2@A1#2; T1@end']);
    expect(right.stdout).toContain('RIGHT    It comes to that at step 45, with 2 preemptions.');
    expect(right.status).toBe(0);
    const wrong = lab(['run', 'ex-08', '--answer', '1']);
    expect(wrong.stdout).toContain('WRONG    It is not "1". Try again.');
    expect(wrong.status).toBe(1);
    const document = lab(['run', 'ex-08', '--answer', ' 0 ', '--json']);
    expect(JSON.parse(document.stdout)).toMatchObject({ verdict: 'right', exercise: 'ex-08' });
    // TypeScript as it is, in a file of the user's own, whose exception is no fault of that file here.
    const repaired = lab(['run', 'ex-10', '--variant', 'scenarios/10-exception/guarded.ts']);
    expect(repaired.stdout).toContain('RIGHT    None of 513 executions of [A] e e e | d is damaged.');
  });

  test.each([
    [
      ['run', 'ex-02', '--answer', 'yes'],
      '--answer does not answer ex-02: write npx lockfree-lab run ex-02 --schedule MOVES.',
    ],
    [['run', 'ex-02', '--schedule', '1x500'], 'Step 10 cannot be made'],
    [['run', 'ex-10', '--variant', './nothing.js'], 'There is no file ./nothing.js for --variant'],
    [['run', 'ex-99'], 'There is no scenario "ex-99"'],
    [
      ['run', 'aba-dequeue', '--answer', 'yes'],
      '--answer is for an exercise, such as ex-02, and "aba-dequeue" is not one',
    ],
  ])('%j is refused in one sentence', (args, sentence) => {
    const { status, stderr } = lab(args);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(status).toBe(2);
  });
});
