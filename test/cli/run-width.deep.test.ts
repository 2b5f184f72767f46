import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { matrixText } from '../../src/report/text/matrix.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { commandLines } from '../../src/report/text/command-lines.ts';
import { deep, some } from '../effort.ts';
import { lab } from './lab.ts';
import { tooWide, WIDTHS } from './width.ts';

/** A line of a shell that prints the words of a command. */
const said = (command: string): string => `printf '[%s]' ${command}; echo`;

describe('lines are within the width of the terminal', () => {
  test.each([
    ['run', ['run', 'aba-dequeue', '--code', '--state', '--engine', 'model']],
    ['run --scheme all', ['run', 'unvalidated-hazard', '--scheme', 'all', '--engine', 'model']],
    [
      'replay',
      ['replay', 'aba-dequeue/epochs:grace=1,period=1,slots=18', '1x8,2x60,1x11', '--engine', 'model'],
    ],
    ['replay of a program', ['replay', '[A] d | d e d/naive:slots=6', '1x5,2x26,1x4', '--engine', 'model']],
  ])('of %s', (_, args) => {
    for (const columns of WIDTHS) {
      const { stdout } = lab(args, { COLUMNS: String(columns) });
      expect(stdout).toContain(args[0] === 'run' && args.includes('all') ? 'MATRIX' : 'replay   npx');
      expect(tooWide(stdout, columns)).toEqual([]);
    }
  });

  test.each(some(scenarios, 13).map((scenario) => [scenario.id, scenario] as const))(
    'in the stories and the matrix of %s',
    async (_, scenario) => {
      const runs = await Promise.all(scenario.cases.map((each) => runScenario(model, scenario, each)));
      const shown = runs.filter(({ case: each }, i) => i === 0 || each.key === scenario.teaches);
      for (const columns of WIDTHS) {
        // Some marks take more room in ASCII.
        const style = plainStyle({ columns, ascii: columns === 60 });
        expect(tooWide(matrixText(runs, style), columns)).toEqual([]);
        // In the short form the stories are told where there is least room.
        for (const each of deep || columns === WIDTHS[0] ? shown : [])
          expect(tooWide(runText(each, style, { state: true }), columns)).toEqual([]);
      }
    },
  );

  test('a command that is too long is broken so that a shell reads it as it was', () => {
    const commands = [
      'npx lockfree-lab replay "[A B] d | d e d/hazard-pointers:threshold=1,slots=6" 1x5,2x36,1x4,2x17,1x9',
      String.raw`npx lockfree-lab replay --variant 'file:///home/my own/it'\''s  mine/a-path-without-one-blank-for-many-columns.mjs' "d | e/tagged:slots=6" 1`,
    ];
    const broken = commands.flatMap((command) =>
      [30, 40, 41, 42, 60, 120].map((width) => ({
        command,
        width,
        lines: commandLines('replay   ', command, width),
      })),
    );
    for (const { width, lines } of broken) expect(lines.every((line) => line.length <= width)).toBe(true);
    // Text in quotation marks that has room in a line of its own stays in one.
    const quoted = '"harris-list:[1 2 3 4 5] ?3 | -1 -2/hazard-eras:threshold=1,slots=12"';
    const apart = commandLines('replay   ', `npx lockfree-lab replay ${quoted} 1x4,2x8,1x6`, 100);
    expect(apart).toEqual(['replay   npx lockfree-lab replay \\', `         ${quoted} 1x4,2x8,1x6`]);
    const script = [
      ...commands.map(said),
      ...broken.map(({ lines }) => said(lines.join('\n').slice('replay   '.length))),
    ];
    const [whole, long, ...read] = execFileSync('sh', ['-c', script.join('\n')], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    expect(long).toContain("[file:///home/my own/it's  mine/");
    expect(read).toEqual(broken.map(({ command }) => (command === commands[0] ? whole : long)));
  });
});
