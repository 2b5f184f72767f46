import { describe, expect, test } from 'vitest';
import { parametersOf, saidWith, specsOf } from '../../../src/laboratory/registry.ts';
import {
  ABA_IMPOSSIBLE,
  ABA_POSSIBLE,
  ABA_UNTIL_WRAP,
  Scheme,
  UNBOUNDED,
} from '../../../src/kernel/scheme.ts';
import { schemes } from '../laboratory.ts';
import { choicesOf } from './suite.ts';

describe.each(schemes.map((scheme) => ({ id: scheme.ID, scheme })))('$id', ({ scheme }) => {
  test('its card is complete and in order', () => {
    for (const text of [scheme.ID, scheme.TITLE, scheme.IDEA, scheme.PAPER, scheme.PROGRESS, scheme.BOUND]) {
      expect(text.trim()).not.toBe('');
    }
    // What it hides is a part of a sentence, and of the three of the ERA theorem each safe scheme gives up one, whatever its parameters.
    expect(scheme.HIDES).toMatch(/^[a-z].*[^.]$/);
    for (const spec of specsOf(scheme)) {
      if (scheme.GIVES_UP !== undefined)
        expect(saidWith(scheme.GIVES_UP, { spec })).toMatch(
          /^(?:easy integration|robustness|wide applicability)\b/,
        );
      for (const text of [scheme.BOUND, scheme.HIDES!])
        expect(saidWith(text, { spec })).not.toMatch(/[a-z]=[a-z]+: /);
    }
    expect(scheme.GIVES_UP === undefined).toBe(scheme.ABA === ABA_POSSIBLE);
    expect(scheme.ID).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(scheme.IDEA).toMatch(/\.$/);
    expect(scheme.NUMBER).toBe(schemes.indexOf(scheme) + 1);
    expect([ABA_POSSIBLE, ABA_IMPOSSIBLE, ABA_UNTIL_WRAP]).toContain(scheme.ABA);
    expect(scheme.ABA === ABA_UNTIL_WRAP).toBe(scheme.TAGS);
    expect(scheme.prototype).toBeInstanceOf(Scheme);
    for (const { name, value, least, most } of parametersOf(scheme)) {
      expect(least).toBeLessThanOrEqual(most);
      if (name !== 'bits') expect(value).toBeGreaterThanOrEqual(least);
      expect(value).toBeLessThanOrEqual(most);
    }
    for (const { param0, param1 } of choicesOf(scheme)) {
      for (let threads = 1; threads <= 64; threads++) {
        const bound = scheme.bound(threads, param0, param1, 2, 1);
        expect(bound === UNBOUNDED || bound >= 0).toBe(true);
        expect(scheme.needs(threads, param0, param1, 2, 1)).toBeGreaterThanOrEqual(2);
        expect(scheme.needs(threads + 1, param0, param1, 2, 1)).toBeGreaterThanOrEqual(
          scheme.needs(threads, param0, param1, 2, 1),
        );
      }
    }
    const { param0, param1 } = choicesOf(scheme)[0]!;
    expect(scheme.BOUND.startsWith('unbounded')).toBe(scheme.bound(2, param0, param1, 2, 1) === UNBOUNDED);
    if (!scheme.RECLAIMS) expect(scheme.bound(2, 1, 1, 2, 1)).toBe(UNBOUNDED);
  });
});

test('no two schemes share a number, an id or a title', () => {
  for (const key of ['NUMBER', 'ID', 'TITLE', 'IDEA'] as const) {
    expect(new Set(schemes.map((scheme) => scheme[key])).size).toBe(schemes.length);
  }
});
