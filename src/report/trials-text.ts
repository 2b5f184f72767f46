import { showValue } from '../engines/program.ts';
import type { Finding } from '../observe/trace.ts';
import type { Play } from '../scenario/play.ts';
import type { Trial } from '../scenario/trials.ts';
import { hang } from './columns.ts';
import type { Style } from './style.ts';
import { cameOf } from './watched.ts';
import { comparedWith } from './words.ts';

/** What the same schedule, by anchors, came to under the other schemes: which stopped the damage, and which did not. */
export function trialLines({ trials }: Pick<Play, 'trials'>, style: Style): string[] {
  if (trials.length === 0) return [];
  const [stopping, others] = [trials.filter(({ stops }) => stops), trials.filter(({ stops }) => !stops)];
  const would =
    stopping.length === 0 ? `nothing that was tried: ${cameText(others, style)}` : cameText(stopping, style);
  const lines = [
    ...hang(headOf('would stop it', style), would, style.columns),
    ...(stopping.length === 0 || others.length === 0
      ? []
      : hang(headOf('would not', style), cameText(others, style), style.columns)),
  ];
  return lines.map((line) => line.replaceAll('\u00A0', ' '));
}

/** In front of a list; on a narrow terminal its lines begin further to the left. */
function headOf(name: string, { columns }: Style): string {
  return columns < NARROW ? `  ${name} ` : `  ${name.padEnd(14)}  `;
}

const NARROW = 60;

/** `tagged: D13 fails, Head is 1#3, not 1#0`, or what damage there was; trials that came to the same stand together. */
function cameText(trials: readonly Trial[], style: Style): string {
  const names = new Map<string, string[]>();
  for (const trial of trials) {
    const came = trial.stops ? stepText(trial, style) : kindsText(trial.performed.findings);
    names.set(came, [...(names.get(came) ?? []), trial.withoutVariant ? 'without the variant' : trial.spec]);
  }
  // A separator stays at the end of its line.
  return [...names].map(([came, of]) => `${of.join(', ')}: ${came}`).join(`\u00A0${style.glyph.dot} `);
}

function stepText({ step, performed }: Trial, style: Style): string {
  if (step === null || (step.ok === undefined && comparedWith(performed.trace.events, step) === null))
    return 'no damage';
  const wording = { geometry: performed.audit.geometry, style, show: showValue };
  const verbs = { true: 'succeeds', false: 'fails' } as const;
  const came = cameOf(performed, step, wording)
    .replace(/^[^\w]+ /, '')
    .replace(/; .*/, '');
  if (step.ok !== undefined) return `${step.label} ${verbs[`${step.ok}`]}, ${came}`;
  return `${step.label}: ${came}`;
}

/** The kinds of damage, each once. */
export function kindsText(findings: readonly Pick<Finding, 'kind'>[]): string {
  return findings.length === 0 ? 'no damage' : [...new Set(findings.map(({ kind }) => kind))].join(', ');
}
