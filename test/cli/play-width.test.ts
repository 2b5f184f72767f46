import { describe, expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { matrixText } from '../../src/report/matrix.ts';
import { playText } from '../../src/report/play-text.ts';
import { plainStyle } from '../../src/report/style.ts';
import { play } from '../../src/scenario/play.ts';
import { commandLines } from '../../src/report/command-lines.ts';
import { lab } from './lab.ts';
import { tooWide, WIDTHS } from './width.ts';

describe('lines are within the width of the terminal', () => {
  test.each([
    ['run', ['run', 'aba-dequeue', '--code', '--state']],
    ['run --scheme all', ['run', 'unvalidated-hazard', '--scheme', 'all', '--engine', 'model']],
    ['replay', ['replay', 'aba-dequeue/epochs:grace=1,period=1,slots=18', '1x8,2x60,1x11']],
    ['replay of a program', ['replay', '[A] d | d e d/naive:slots=6', '1x5,2x26,1x4']],
  ])('of %s', (_, args) => {
    for (const columns of WIDTHS) {
      const { stdout } = lab(args, { COLUMNS: String(columns) });
      expect(stdout).toContain(args[0] === 'run' && args.includes('all') ? 'MATRIX' : 'replay   npx');
      expect(tooWide(stdout, columns)).toEqual([]);
    }
  });

  test.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    'in the stories and the matrix of %s',
    async (_, scenario) => {
      const plays = await Promise.all(scenario.cases.map((each) => play(model, scenario, each)));
      const shown = plays.filter(({ case: each }, i) => i === 0 || each.key === scenario.teaches);
      for (const columns of WIDTHS) {
        // Some marks take more room in ASCII.
        const style = plainStyle({ columns, ascii: columns === 60 });
        expect(tooWide(matrixText(plays, style), columns)).toEqual([]);
        for (const each of shown)
          expect(tooWide(playText(each, style, { state: true }), columns)).toEqual([]);
      }
    },
  );

  test('a command that is too long is broken so that a shell reads it as it was', () => {
    const command =
      'npx lockfree-lab replay "[A B] d | d e d/hazard-pointers:threshold=1,slots=6" 1x5,2x36,1x4,2x17,1x9';
    for (const width of [30, 40, 60, 120]) {
      const lines = commandLines('replay   ', command, width);
      expect(lines.every((line) => line.length <= width)).toBe(true);
      const joined = lines.join('\n').replaceAll(/\\\n/g, '').replace('replay   ', '');
      expect(joined.replaceAll(/ +/g, ' ')).toBe(command);
    }
  });
});
