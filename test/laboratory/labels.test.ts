import { describe, expect, test } from 'vitest';
import { cardOf, knownSteps, labelOf, learnLabels, type Step, stepOf } from '../../src/laboratory/labels.ts';
import type { StepCard } from '../../src/kernel/step-card.ts';
import { SCHEME_MODULES } from '../../src/laboratory/schemes.ts';
import { STRUCTURE_FILES } from '../../src/laboratory/structures.ts';
import * as steps from '../../src/kernel/steps.ts';
import { usageOf } from '../engines/usage.ts';

const HOLES = ['slot', 'old', 'new', 'holder', 'name', 'word'];

/** The labels that a module exports. */
const labelsIn = (module: object): string[] =>
  Object.entries(module)
    .filter(([, value]) => typeof value === 'number')
    .map(([name]) => name)
    .filter((name) => /^[A-Z]{1,2}\d+$/.test(name));

/** Other tests of this process may have brought steps of their own. */
const ofTheLab = (): Step[] => knownSteps().filter(({ file }) => file.startsWith('src/kernel/'));

describe('the cards of the steps', () => {
  test('there is one for each label, and none for anything else', () => {
    const labels = [steps, ...STRUCTURE_FILES.map(({ module }) => module), ...SCHEME_MODULES].flatMap(
      labelsIn,
    );
    expect(labels.length).toBeGreaterThan(40);
    expect(
      ofTheLab()
        .filter(({ card }) => card !== null)
        .map(({ label }) => label)
        .toSorted(),
    ).toEqual(labels.toSorted());
    for (const { SLAB, RECORDS } of [steps]) {
      const rows = [SLAB, RECORDS].flatMap((table) => Object.keys(table));
      expect(rows.toSorted()).toEqual(labelsIn(steps).toSorted());
    }
  });

  test('a label is learned with its number', () => {
    for (const { label, number } of ofTheLab()) {
      expect(stepOf(label)).toBe(number);
      expect(labelOf(number)).toBe(label);
    }
  });

  test('what a row names is a read that comes before it, and what it says has known holes', () => {
    for (const { label, card } of ofTheLab()) {
      const { slotFrom, expectedFrom, writtenFrom, validates, ...rest } = card as StepCard;
      for (const named of [slotFrom, expectedFrom, writtenFrom, validates].flat()) {
        if (named === undefined || named === 'same word') continue;
        expect(cardOf(named), `${label} names ${named}`).toMatchObject({
          access: 'load',
          fills: expect.anything(),
        });
      }
      if (expectedFrom !== undefined || rest.failures !== undefined) expect(rest.access).toBe('cas');
      if (writtenFrom !== undefined || rest.moves !== undefined) expect(rest.access).not.toBe('load');
      if (rest.fills !== undefined) expect(rest.access).toBe('load');
      for (const text of [rest.says, rest.saysNull, rest.saysFailed, rest.short]) {
        for (const [, hole] of text?.matchAll(/\{(\w*)\}/g) ?? []) expect(HOLES).toContain(hole);
        expect(text ?? '').not.toMatch(/\.$/);
      }
    }
  });

  test('a read that validates says what it shows if it fails', () => {
    const checks = ofTheLab().filter(({ card }) => card?.access === 'load' && card.validates !== undefined);
    expect(checks.map(({ label }) => label).toSorted()).toEqual([
      'C2',
      'CH8',
      'D5',
      'E7',
      'G9',
      'H2',
      'HY14',
      'I12',
      'K2',
      'L18',
      'L4',
      'P3',
      'Q3',
      'W5',
    ]);
    for (const { card } of checks) expect(card?.saysFailed).toBeTruthy();
  });
});

describe("a user's rows", () => {
  const says = 'reads';

  test.each([
    [
      { X7: 207, CARDS: { X8: { access: 'load', says } } },
      'The module mine.js has a card for the step X8, and exports no constant of that name: export const X8 = 192, or another number up to 255.',
    ],
    [
      { X9: 208, CARDS: { X9: { access: 'load', says, slotFrom: 'D133' } } },
      'The card of the step X9 names a step D133 (did you mean "D13"?), which there is not.',
    ],
    [
      { D13: 38, CARDS: { D13: { access: 'cas', says } } },
      'The step D13 of mine.js has a card already, in src/kernel/structures/michael-scott.ts, and the two differ: give yours another name.',
    ],
    [
      { D99: 38 },
      'The steps D13 and D99 are both number 38: give your own numbers from 192 to 255, each once.',
    ],
  ])('%j', async (module, sentence) => {
    expect(await usageOf(async () => learnLabels(module, 'mine.js'))).toBe(sentence);
  });

  test('the same file may be read twice', () => {
    const module = { X6: 220, CARDS: { X6: { access: 'load', says } } };
    learnLabels(module, 'mine.js');
    learnLabels(structuredClone(module), 'mine.js?again');
    expect(cardOf('X6')).toEqual({ access: 'load', says });
  });
});
