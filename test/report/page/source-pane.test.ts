import { expect, test } from 'vitest';
import { sourcePane } from '../../../src/report/page/source-pane.ts';
import type { MomentView } from '../../../src/report/page/run-view.ts';

test('a step whose source a page does not have is named, and a thread that is done is not about to make one', () => {
  const method = { name: 'take', file: 'mine.ts', lines: ['take() {', '  load(Z1, 0);', '}'] };
  const source = { methods: [method], labels: { Z1: 0 } };
  const said = (...next: readonly string[]): string =>
    sourcePane({ source }, {
      threads: next.map((each) => ({ next: each, state: each === '' ? 'done' : 'between' })),
    } as unknown as MomentView).text;
  expect(said('', '')).toContain('No thread is about to make a step.');
  expect(said('Z1', '')).toContain('<b>T1</b>   load(Z1, 0);');
  expect(said('Z1', '')).not.toContain('does not have');
  expect(said('Z2', 'Z1')).toContain('This page does not have the source of Z2.');
  expect(said('Z2', 'Z1')).toContain('<b>T2</b>   load(Z1, 0);');
  expect(said('Z2', '')).not.toContain('No thread is about');
});
