import { ABA_POSSIBLE } from '../kernel/scheme.ts';
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
 * Cases, and behind those of a scheme the same with a word of it by which the story differs: `hazard-pointers:linger=on`.
 *
 * @param words by word what its case has in another way than that of the scheme
 */
export function withWords(cases: readonly Case[], words: Readonly<Record<string, Partial<Case>>>): Case[] {
  return cases.flatMap((each) => {
    const its = Object.entries(words).filter(([spec]) => spec.startsWith(`${each.key}:`));
    return [each, ...its.map(([spec, of]) => ({ ...each, ...wordIn(each, spec), ...of }))];
  });
}

/** The case of a scheme, or of one with a word: where there is none with it, that of the scheme with the word. */
export function caseUnder(cases: readonly Case[], spec: string): Case {
  const [id] = spec.split(':');
  const own = cases.find(({ key }) => key === id) as Case;
  if (id === spec) return own;
  const { key, spec: withWord } = wordIn(own, spec);
  return cases.find((each) => each.key === key) ?? { ...own, spec: withWord };
}

/** `hazard-pointers-linger` and `hazard-pointers:threshold=1,linger=on`. */
function wordIn({ key, spec }: Case, withWord: string): Pick<Case, 'key' | 'spec'> {
  const word = withWord.slice(key.length + 1);
  const [name, value] = word.split('=');
  const short = value === 'on' || /^\d+$/.test(value) ? name : value;
  return { key: `${key}-${short}`, spec: `${spec}${spec.includes(':') ? ',' : ':'}${word}` };
}

/**
 * A case of each scheme of the lab, in their order, each as early as it can be.
 *
 * @param of what the case of a scheme has beside these, or each of several cases; left out, all are without damage. Where it says nothing of the damage under a
 * scheme that promises no safety, as one that is added to the lab may be, its claims say whether there may be any
 */
export function underEvery(
  of: (scheme: SchemeClass) => Partial<Case> | readonly Partial<Case>[] = () => ({}),
): Case[] {
  return schemes.flatMap((scheme) =>
    [of(scheme)].flat().map((own) => ({
      key: scheme.ID,
      spec: earliest(scheme),
      damage: [],
      // Of naive each scenario says what comes.
      ...(scheme.ABA === ABA_POSSIBLE && scheme.ID !== 'naive' && { byClaims: true }),
      ...own,
    })),
  );
}
