import type { Scenario } from '../../src/scenario/scenario.ts';

/** The URL of a module of odd operations or faulty classes beside a test: `variants/odd.mjs`. */
export function variantUrl(caller: string, file: string): string {
  return new URL(`variants/${file}`, caller).href;
}

/** A scenario for one run, with one case. */
export function staged(
  over: Pick<Scenario, 'program' | 'schedule'> & Partial<Scenario>,
  spec = 'naive',
): Scenario {
  return {
    number: 99,
    id: 'staged',
    title: 'A staged run',
    about: 'Made by a test.',
    slots: 8,
    until: 'end',
    watch: 'T1.op1.D13',
    notes: [],
    cases: [{ key: spec, spec, damage: [] }],
    teaches: spec,
    moral: '',
    ...over,
  };
}
