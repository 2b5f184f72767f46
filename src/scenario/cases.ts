import { parametersOf, schemes, splitSpec } from '../laboratory/registry.ts';
import type { SchemeClass } from '../laboratory/scheme-class.ts';
import type { Case } from './scenario.ts';

/** Parameters that say how late a scheme acts: at their least, it acts within a program of a few operations. */
const LATENESS: ReadonlySet<string> = new Set(['threshold', 'period', 'patience', 'batch']);

/** A scheme that acts as early as it can, as `--scheme` takes it: `hazard-pointers:threshold=1`. */
export function earliest(scheme: SchemeClass): string {
  const early = parametersOf(scheme).filter(({ name }) => LATENESS.has(name));
  return early.length === 0
    ? scheme.ID
    : `${scheme.ID}:${early.map(({ name, least }) => `${name}=${least}`).join(',')}`;
}

/** A scheme as it was asked for, but for what says how late it acts. */
export function withoutLateness(spec: string): string {
  const [id, parameters] = splitSpec(spec);
  const kept = parameters.split(',').filter((each) => !LATENESS.has(each.split('=')[0]));
  return kept.join('') === '' ? id : `${id}:${kept.join(',')}`;
}

/**
 * A case of each scheme of the lab, in their order, each as early as it can be.
 *
 * @param of what the case of a scheme has beside these; left out, all are without damage
 */
export function underEvery(of: (scheme: SchemeClass) => Partial<Case> = () => ({})): Case[] {
  return schemes.map((scheme) => ({ key: scheme.ID, spec: earliest(scheme), damage: [], ...of(scheme) }));
}
