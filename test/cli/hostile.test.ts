import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeSnapshot } from '../../dist/src/observe/snapshot.js';
import { parseTrace, printTrace } from '../../dist/src/observe/trace-file.js';
import { visible } from '../../src/visible.ts';
import { folder, lab, type Outcome } from './lab.ts';
import { slabWords } from './slab.ts';
import { deep } from '../effort.ts';

/** Sets the title of a terminal, clears it, paints, turns the direction round, hides, and is half of a pair. */
const EVIL = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u007f\u202eevil\u200b\u2066\ufeff';

// oxlint-disable-next-line no-control-regex -- what must not be there
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
// oxlint-disable-next-line no-control-regex -- what only colours are made of
const COLOUR = /\u001b\[[\d;]*m/g;

function expectHarmless({ stdout, stderr }: Outcome): void {
  expect(stdout + stderr).not.toMatch(OBEYED);
}

test('what hides or is obeyed is shown as an escape, and everything else stays', () => {
  expect(visible(EVIL)).toBe('\\x1b]0;owned\\x07\\x1b[2J\\x9b31m\\x7f\\u202eevil\\u200b\\u2066\\ufeff');
  expect(visible('\ud800x\u{e0041}\n\t')).toBe('\\ud800x\\u{e0041}\\x0a\\x09');
  expect(visible('A · é 漢 😀 − → 1ᵇ', '\n')).toBe('A · é 漢 😀 − → 1ᵇ');
  expect(visible('a\nb', '\n')).toBe('a\nb');
});

describe('a hostile name', () => {
  test.each([
    [[EVIL]],
    [['run', EVIL]],
    [['run', 'aba-dequeue', '--scheme', EVIL]],
    [['run', 'aba-dequeue', '--engine', 'model', '--schedule', EVIL]],
    [['run', 'aba-dequeue', '--trace', `/nowhere/${EVIL}`]],
    [['explore', '--program', `${EVIL} | d`]],
    [['explore', '--program', 'e | d', '--resume', EVIL]],
    [['explore', '--merge', EVIL]],
    [['stress', '--mix', EVIL]],
    [['stress', '--snapshot', `/nowhere/${EVIL}`]],
    [['replay', `${EVIL}/naive:slots=6`, '1x5']],
    [['audit', EVIL]],
    [['bench', EVIL, EVIL]],
    [['bench', '--workload', EVIL]],
    [['explain', EVIL]],
    [['list', EVIL]],
    [['tour', `--${EVIL}`]],
  ])('in %j is told as it is, in one sentence', (args) => {
    for (const env of [{}, { FORCE_COLOR: '1' }]) {
      const outcome = lab(args, env);
      expectHarmless(outcome);
      expect(outcome.stderr).toContain('\\x1b]0');
      expect(outcome.status).toBe(2);
    }
  });

  test('of a file, and in one, is shown in text, JSON, SVG and DOT', async () => {
    const place = join(folder(), EVIL);
    mkdirSync(place);
    const [slab, trace] = [join(place, 'slab'), join(place, 'trace')];
    writeSnapshot(slab, await slabWords());
    const outputs = ['--svg', join(place, 'x.svg'), '--dot', join(place, 'x.dot')];
    const audited = lab(['audit', slab, ...outputs]);
    expectHarmless(audited);
    expect(audited.stdout).toContain('\\x1b]0;owned');
    for (const name of ['x.svg', 'x.dot']) {
      const drawn = readFileSync(join(place, name), 'utf8');
      expect(drawn).not.toMatch(OBEYED);
      expect(drawn).toContain('x1b]0;owned');
    }
    expect(JSON.parse(lab(['audit', slab, '--json']).stdout)).toHaveProperty('file', visible(slab));
    expect(lab(['run', 'aba-dequeue', '--engine', 'model', '--trace', trace]).status).toBe(0);
    const { header, events, verdict } = parseTrace(readFileSync(trace, 'utf8'), trace);
    const step = { ...events.find(({ kind }) => kind === 'step')!, label: EVIL };
    const all = events.map((event) => (event.kind === 'step' && event.step === 1 ? step : event));
    writeFileSync(trace, printTrace({ header: { ...header, subject: EVIL }, events: all as never, verdict }));
    for (const args of [
      ['audit', trace, '--all'],
      ['audit', trace, '--json'],
      ['replay', trace],
    ]) {
      const outcome = lab(args);
      expectHarmless(outcome);
      expect(outcome.stdout + outcome.stderr).toContain('evil');
    }
    const coloured = lab(['audit', trace], { FORCE_COLOR: '1' });
    expect(coloured.stdout).toMatch(COLOUR);
    expectHarmless({ ...coloured, stdout: coloured.stdout.replace(COLOUR, '') });
  });

  test("on the card of a user's own scheme, in what it throws, and in its parameters", () => {
    const naive = new URL('../../dist/src/kernel/schemes/naive.js', import.meta.url).href;
    const path = join(folder(), 'evil.mjs');
    const scheme = (more: string): void =>
      writeFileSync(
        path,
        `import { Naive } from ${JSON.stringify(naive)};
        const EVIL = ${JSON.stringify(EVIL)};
        export default class Evil extends Naive {
          static NUMBER = 0;
          static ID = EVIL;
          static TITLE = EVIL;
          static BOUND = EVIL;
          static PROGRESS = EVIL;
          ${more}
        }`,
      );
    scheme('');
    const ran = lab(['run', 'aba-dequeue', '--engine', 'model', '--scheme', path], { FORCE_COLOR: '1' });
    expectHarmless({ ...ran, stdout: ran.stdout.replace(COLOUR, '') });
    expect(ran.stdout + ran.stderr).toContain('evil');
    expectHarmless(lab(['run', 'aba-dequeue', '--engine', 'model', '--scheme', path, '--json']));
    writeFileSync(path, `throw new Error(${JSON.stringify(EVIL)});`);
    const threw = lab(['run', 'aba-dequeue', '--engine', 'model', '--scheme', path]);
    expectHarmless(threw);
    expect(threw.stderr).toContain('evil');
  });
});

describe('a file never runs code', () => {
  test.runIf(deep)('a trace, a checkpoint and a result that name a module load none', () => {
    const place = folder();
    const [mark, module] = [join(place, 'ran'), join(place, 'evil.mjs')];
    writeFileSync(
      module,
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(mark)}, '');`,
    );
    const trace = join(place, 'trace');
    lab(['run', 'aba-dequeue', '--engine', 'model', '--trace', trace]);
    const { header, ...rest } = parseTrace(readFileSync(trace, 'utf8'), trace);
    for (const change of [
      { scheme: module },
      { case: module },
      { scheme: `file://${module}`, case: module },
    ]) {
      writeFileSync(trace, printTrace({ header: { ...header, ...change }, ...rest }));
      for (const command of ['audit', 'replay']) {
        const { status, stderr } = lab([command, trace]);
        if ('scheme' in change) {
          expect(stderr).toMatch(
            /a scheme of a user's own, .*evil\.mjs, and a file never runs code: name the/,
          );
          expect(status).toBe(2);
        }
      }
    }
    expect(() => readFileSync(mark)).toThrow('ENOENT');
  });
});
