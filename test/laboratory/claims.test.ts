import { describe, expect, test } from 'vitest';
import {
  chooseScheme,
  claimsOfChoice,
  comparedSpecs,
  saidWith,
  schemes,
  specsOf,
} from '../../src/laboratory/registry.ts';

describe('a choice of a scheme', () => {
  test.each([
    [
      'reference-counting',
      { survivesStall: false, garbage: 'unbounded: a slot in use pins all that came after it' },
    ],
    ['reference-counting:cut=on', { survivesStall: true, garbage: 'threads x (protections + 1)' }],
    ['hyaline:batch=1', { survivesDeath: false }],
    ['hyaline:batch=1,eras=on', { survivesDeath: true, abaSafe: 'yes' }],
    [
      'debra:period=1,free=one',
      { survivesStall: false, garbage: 'unbounded while a pinned thread is stalled' },
    ],
  ])('claims what its parameters let it claim: %s', async (spec, claims) => {
    expect(claimsOfChoice(await chooseScheme(spec))).toMatchObject(claims);
  });

  test('has words for its parameters, and texts that say something else with one of them', () => {
    expect(schemes.flatMap(specsOf).filter((spec) => spec.includes(':'))).toEqual([
      'hazard-pointers:linger=on',
      'debra:free=one',
      'reference-counting:cut=on',
      'hyaline:eras=on',
    ]);
    const compared = schemes
      .flatMap(comparedSpecs)
      .filter((spec) => !schemes.flatMap(specsOf).includes(spec));
    expect(compared).toEqual(['epochs:region=8']);
    const text = 'one; a=on: two; b=on: three';
    expect(['x', 'x:a=on', 'x:c=1,b=on', 'x:a=off'].map((spec) => saidWith(text, { spec }))).toEqual([
      'one',
      'two',
      'three',
      'one',
    ]);
  });
});
