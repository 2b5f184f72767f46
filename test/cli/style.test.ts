import { describe, expect, test } from 'vitest';
import { escapeJson, toAscii } from '../../dist/src/cli/terminal/style.js';
import { progressOn } from '../../dist/src/cli/terminal/progress.js';
import { asciiGlyphs, unicodeGlyphs } from '../../dist/src/report/text/style.js';
import { readMatrix } from '../../scenarios/matrix.ts';
import { listed } from '../../src/counted.ts';
import { axesOf } from '../../src/explore/matrix-cell.ts';
import { some } from '../effort.ts';
import { lab } from './lab.ts';

// oxlint-disable-next-line no-control-regex -- colours are control characters
const COLOUR = /\u001b\[/;
// oxlint-disable-next-line no-control-regex -- what ASCII is
const ASCII = /^[\u0000-\u007f]*$/;

const RUN = ['run', 'aba-dequeue', '--engine', 'model'];

const lines: readonly string[][] = [['list'], ['list', '--help'], RUN, [...RUN, '--scheme', 'all']];

describe('colours', () => {
  test.each(some(lines, 4).map((words) => [words] as const))(
    '%j has none in a pipe, and some if they are forced',
    (args) => {
      expect(lab(args).stdout).not.toMatch(COLOUR);
      expect(lab(args, { FORCE_COLOR: '1' }).stdout).toMatch(COLOUR);
    },
  );

  test('NO_COLOR, --no-color and --json are stronger', () => {
    expect(lab(['list'], { NO_COLOR: '1' }).stdout).not.toMatch(COLOUR);
    expect(lab(['list', '--no-color'], { FORCE_COLOR: '1' }).stdout).not.toMatch(COLOUR);
    expect(lab(['--no-color'], { FORCE_COLOR: '1' }).stdout).not.toMatch(COLOUR);
    expect(lab(['list', '--json'], { FORCE_COLOR: '1' }).stdout).not.toMatch(COLOUR);
  });

  test('say nothing that the text does not say', () => {
    const plain = lab(RUN).stdout;
    const coloured = lab(RUN, { FORCE_COLOR: '1' }).stdout;
    // oxlint-disable-next-line no-control-regex -- colours are control characters
    expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(plain);
  });
});

describe('--ascii', () => {
  test.each(some([['list', '--json'], ['--help'], ...lines], 6).map((words) => [words] as const))(
    '%j writes nothing else',
    (args) => {
      const { stdout } = lab([...args, '--ascii']);
      expect(stdout.length).toBeGreaterThan(100);
      expect(stdout).toMatch(ASCII);
    },
  );

  test('without it there is more than ASCII, so the test can fail', () => {
    expect(lab(RUN).stdout).not.toMatch(ASCII);
  });

  test('what nobody foresaw is replaced', () => {
    expect(toAscii('é 1ᵇ → “x” 漢 …')).toBe('e 1b -> ?x? ? ...');
    expect(escapeJson('"é 漢 😀"')).toMatch(ASCII);
    expect(JSON.parse(escapeJson('"é 漢 😀"'))).toBe('é 漢 😀');
  });

  test('every glyph has a stand-in', () => {
    expect(Object.keys(asciiGlyphs)).toEqual(Object.keys(unicodeGlyphs));
    expect(Object.values(asciiGlyphs).join('')).toMatch(ASCII);
  });
});

describe('width', () => {
  test.each([60, 80, 100])('%i columns are kept', (columns) => {
    const { stdout } = lab(['list'], { COLUMNS: String(columns) });
    const prose = stdout.split('\n').filter((line) => /^ {2}\S+ \S+ \S+ \S+ /.test(line));
    expect(prose.length).toBeGreaterThan(4);
    for (const line of prose) expect(line.length).toBeLessThanOrEqual(columns);
  });

  test('more than 100 columns are not used', () => {
    const { stdout } = lab(['list']);
    expect(lab(['list'], { COLUMNS: '300' }).stdout).toBe(stdout);
    // Of a structure to which schemes make no difference the matrix does not say that it is sound under all.
    const { structures: slotless } = axesOf(
      readMatrix().filter(({ verdict }) => verdict === 'not-applicable'),
    );
    const said = stdout.replaceAll(/\s+/g, ' ');
    expect(said).toContain(`No scheme makes a difference to ${listed(slotless)}, which take none`);
    expect(said).not.toContain('All are sound');
  });
});

/** A stream that keeps what is written to it. */
function recording(isTTY: boolean): { stream: NodeJS.WriteStream; written: string[] } {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  return { stream: { isTTY, columns: 20, write } as unknown as NodeJS.WriteStream, written };
}

describe('progress', () => {
  test('is a line on a terminal that is written over and taken away', () => {
    const { stream: terminal, written } = recording(true);
    const progress = progressOn(terminal, { json: false });
    progress.show('one');
    progress.show('one');
    progress.show('two, which is far too long for it');
    progress.clear();
    progress.clear();
    expect(written).toEqual(['\r\u001b[2Kone', '\r\u001b[2Ktwo, which is far …', '\r\u001b[2K']);
  });

  test('is nothing in a pipe and with --json', () => {
    const pipe = recording(false);
    progressOn(pipe.stream, { json: false }).show('one');
    const terminal = recording(true);
    progressOn(terminal.stream, { json: true }).show('one');
    expect([...pipe.written, ...terminal.written]).toEqual([]);
    expect(lab(RUN).stderr).toBe('');
  });
});
