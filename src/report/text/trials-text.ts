import { namesOfValues } from '../../laboratory/program.ts';
import { claimsOf, unsafeUnder } from '../../laboratory/registry.ts';
import type { DamageKind, Finding } from '../../observe/trace.ts';
import type { AlternativeRun } from '../../scenario/trials.ts';
import { hang } from './columns.ts';
import type { Style } from './style.ts';
import { cameOf } from '../watched.ts';
import { comparedWith } from '../words.ts';

/** Damage that no scheme is there to stop: it is a fault of the scheme or of the queue itself. */
const NOT_FOR_SCHEMES: ReadonlySet<DamageKind> = new Set([
  'orphaned slot',
  'stray write',
  'miscount',
  'bound exceeded',
  'broken invariant',
  'race',
  'livelock',
  'deadlock',
  'false full',
]);

/**
 * What the same schedule, by anchors, came to under the other schemes: which stopped the damage, and which did not. A scheme without the
 * damage has stopped it only if that is what it is there for.
 */
export function trialLines(
  { trials, findings }: { readonly trials: readonly AlternativeRun[]; readonly findings: readonly Finding[] },
  style: Style,
): string[] {
  if (trials.length === 0 || findings.length === 0) return [];
  const { kind } = findings[0];
  const isCure = ({ withoutVariant, performed }: AlternativeRun): boolean =>
    withoutVariant || (!NOT_FOR_SCHEMES.has(kind) && isSafe(performed));
  const [without, others] = [trials.filter(isStopped), trials.filter((trial) => !isStopped(trial))];
  const [cures, elsewhere] = [without.filter(isCure), without.filter((trial) => !isCure(trial))];
  const lines: string[] = [];
  const say = (head: string, text: string): void => {
    lines.push(...hang(headOf(head, style), text, style.columns));
  };
  if (without.length === 0) say('would stop it', `nothing that was tried: ${cameText(others, kind, style)}`);
  if (cures.length > 0) say('would stop it', cameText(cures, kind, style));
  if (elsewhere.length > 0) {
    const under = `did not happen in this schedule under ${elsewhere.map(({ spec }) => spec).join(', ')}`;
    // Where nothing was stopped, it cannot be told what did not stop it.
    const more = cures.length === 0 && others.length > 0 ? [cameText(others, kind, style)] : [];
    say('elsewhere', [under, ...more].join(`\u00A0${style.glyph.dot} `));
  }
  if (cures.length > 0 && others.length > 0) say('would not', cameText(others, kind, style));
  return lines.map((line) => line.replaceAll('\u00A0', ' '));
}

/** True if the first damage does not happen there, whatever else does. */
function isStopped({ stops, onlyOther }: AlternativeRun): boolean {
  return stops || onlyOther;
}

/** True if the scheme promises that what it is there for holds, and the structure's card does not say that it is unsafe under it. */
function isSafe({ choice, structure }: AlternativeRun['performed']): boolean {
  return claimsOf(choice.scheme).abaSafe !== 'no' && unsafeUnder(structure, choice) === null;
}

/** In front of a list; on a narrow terminal its lines begin further to the left. */
function headOf(name: string, { columns }: Style): string {
  return columns < NARROW ? `  ${name} ` : `  ${name.padEnd(14)}  `;
}

const NARROW = 60;

/** `tagged: D13 fails, Head is 1#3, not 1#0`, or what damage there was; trials that came to the same stand together. */
function cameText(trials: readonly AlternativeRun[], kind: DamageKind, style: Style): string {
  const names = new Map<string, string[]>();
  for (const trial of trials) {
    const came = trial.stops ? stepText(trial, kind, style) : damageText(trial);
    names.set(came, [...(names.get(came) ?? []), trial.withoutVariant ? 'without the variant' : trial.spec]);
  }
  // A separator stays at the end of its line.
  return [...names].map(([came, of]) => `${of.join(', ')}: ${came}`).join(`\u00A0${style.glyph.dot} `);
}

/** The kinds of damage of a trial; where the one that was to be stopped is not there, the first of them. */
function damageText({ onlyOther, performed: { findings } }: AlternativeRun): string {
  if (!onlyOther) return kindsText(findings);
  const [{ kind, step, thread, label }] = findings;
  const when = step === null ? '' : ` at step ${step}`;
  return `not this one, but ${kind}${when}${thread === null || label === null ? '' : `, by T${thread}'s ${label}`}`;
}

/** What came of the step that did the damage: it tells how that was stopped if the step itself was the damage. */
function stepText({ step, performed }: AlternativeRun, kind: DamageKind, style: Style): string {
  if (
    NOT_FOR_SCHEMES.has(kind) ||
    step === null ||
    (step.ok === undefined && comparedWith(performed.trace.events, step) === null)
  )
    return 'no damage';
  const wording = {
    geometry: performed.audit.geometry,
    style,
    show: namesOfValues(performed.audit.geometry),
  };
  const verbs = { true: 'succeeds', false: 'fails' } as const;
  const told = cameOf(performed, step, wording).replace(/; .*/, '');
  const came = [style.glyph.yes, style.glyph.no].some((sign) => told.startsWith(`${sign} `))
    ? told.slice(told.indexOf(' ') + 1)
    : told;
  if (step.ok !== undefined) return `${step.label} ${verbs[`${step.ok}`]}, ${came}`;
  return `${step.label}: ${came}`;
}

/** The kinds of damage, each once. */
export function kindsText(findings: readonly Pick<Finding, 'kind'>[]): string {
  return findings.length === 0 ? 'no damage' : [...new Set(findings.map(({ kind }) => kind))].join(', ');
}
