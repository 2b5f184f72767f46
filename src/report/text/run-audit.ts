import { counted, plural, withCommas } from '../../counted.ts';
import { equation } from '../../judge/audit/audit.ts';
import { type Blame, blame, type Loss } from '../../judge/audit/blame.ts';
import { mostInUse } from '../../laboratory/program.ts';
import { boundOf } from '../../laboratory/registry.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { conflictMeans, strandedMeans } from './audit-text.ts';
import { chainLines, handLines, heldKinds } from './hand-text.ts';
import { hang } from './columns.ts';
import { strayText } from './stray-text.ts';
import type { Style } from './style.ts';

/** As many slots of a class are named. */
const NAMED = 9;

/** The audit that ends a story: the equation, what is wrong with what led to it, what is held back, and the counters. */
export function runAuditLines(run: ScenarioRun, style: Style): string[] {
  const { audit, trace } = run;
  const last = trace.events.at(-1)?.step ?? 0;
  const lines = hang(`AUDIT at step ${last}  `, equation(audit, { ascii: style.ascii }), style.columns);
  const wrong = (text: string): string[] => hang(' ! ', text, style.columns).map(style.damage);
  if (audit.conflicts > 0) {
    const slots =
      audit.slotsOf('conflict', NAMED).join(' ') +
      (audit.conflicts > NAMED ? ` ${style.glyph.ellipsis}` : '');
    const which = `${plural(audit.conflicts, 'slot')} ${slots}`;
    lines.push(...wrong(`conflict ${withCommas(audit.conflicts)}   ${which}: ${conflictMeans(audit)}`));
  }
  if (audit.stranded > 0) {
    const slots =
      audit.slotsOf('stranded', NAMED).join(' ') + (audit.stranded > NAMED ? ` ${style.glyph.ellipsis}` : '');
    const which = `${plural(audit.stranded, 'slot')} ${slots}`;
    lines.push(...wrong(`stranded ${withCommas(audit.stranded)}   ${which}: ${strandedMeans(audit)}`));
  }
  const stray = strayText(audit, style);
  if (stray !== null) lines.push(...wrong(`stray writes ${withCommas(stray.count)}   ${stray.where}`));
  const told = blame(trace);
  lines.push(...lossLines(run, told, style, wrong));
  for (const [kind, , all] of heldKinds(audit, told.retired)) {
    // A slot that was retired twice may be on two lists: it is told once.
    const held = all.filter(({ slot }, i) => all.findIndex((each) => each.slot === slot) === i);
    for (const { note } of held.slice(0, 2))
      lines.push(...hang(`   ${kind.padEnd(7)}  `, note, style.columns));
    if (held.length > 2) lines.push(`            and ${counted(held.length - 2, `more ${kind} slot`)}`);
  }
  for (const hand of [...audit.slotsInHand(), ...audit.takenFromHandOvers()].filter(({ counts }) => counts))
    lines.push(...handLines(hand, audit, style));
  for (const chain of audit.chainsInHand().filter(({ has }) => has.length > 0))
    lines.push(...chainLines(chain, audit, style));
  const { inUse, everAllocated } = audit.totals;
  const bound = boundOf(run.choice, audit.geometry.threads, run.structure, mostInUse(run.program));
  const { unreclaimed } = run.peaks;
  const over = bound !== null && unreclaimed > bound ? style.damage(', and it is over it') : '';
  const peak = `peak unreclaimed ${withCommas(unreclaimed)} (${bound === null ? 'no bound' : `bound ${withCommas(bound)}`}${over})`;
  const counts = [`in use ${withCommas(inUse)}`, `ever allocated ${withCommas(everAllocated)}`, peak].join(
    ` ${style.glyph.dot} `,
  );
  lines.push(...hang('   ', counts, style.columns).map(style.faint));
  return lines;
}

/** Each cut once, with the slots that were lost by it. What a scheme leaks by its claim is counted and not blamed. */
function lossLines(
  { claims, audit }: ScenarioRun,
  { leaked }: Blame,
  style: Style,
  wrong: (text: string) => string[],
): string[] {
  const onPurpose = leaked.filter(({ state }) => !claims.reclaims && state === 'retired');
  const lines: string[] = [];
  if (onPurpose.length > 0) {
    const which = slotsText(onPurpose.map(({ slot }) => slot));
    lines.push(...hang('   leaked   ', `${which}: retired and never freed, by design`, style.columns));
  }
  const causes = new Map<string, Loss[]>();
  for (const loss of leaked.filter((each) => !onPurpose.includes(each)))
    causes.set(causeOf(loss), [...(causes.get(causeOf(loss)) ?? []), loss]);
  for (const [first, ...others] of [...causes.values()].slice(0, 3)) {
    const alike = others.filter(({ slot }) => !first.together.includes(slot));
    const steps = [...new Set(alike.map(({ cut }) => cut?.step))];
    const when = `at ${plural(steps.length, 'step')} ${steps.join(', ')}`;
    const threads = new Set(alike.map(({ cut }) => cut?.thread));
    const by = threads.size > 1 ? `, by ${[...threads].map((thread) => `T${thread}`).join(', ')}` : '';
    const which = slotsText(alike.map(({ slot }) => slot));
    const more = alike.length === 0 ? '' : ` The same with ${which}${by}, ${when}.`;
    lines.push(...wrong(`leaked   ${first.note}${more}`));
  }
  if (causes.size > 3)
    lines.push(
      `            and ${counted(causes.size - 3, 'more cause')}; ${counted(audit.leaked, 'slot')} in all`,
    );
  return lines;
}

/** The same for slots that one cut lost, and for those that were lost by the same step time and again. */
function causeOf({ slot, state, cut, together }: Loss): string {
  if (cut === null) return `${slot}`;
  if (cut.from !== slot || together.length > 1) return `${cut.step} ${cut.address}`;
  return `${cut.label} ${cut.kind} ${state}`;
}

function slotsText(slots: readonly number[]): string {
  return `${plural(slots.length, 'slot')} ${slots.join(' ')}`;
}
