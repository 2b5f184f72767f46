import type { Play } from '../scenario/play.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { outcomeText } from './outcome.ts';
import { kindsText } from './text/trials-text.ts';

/** A scenario with a play of each of its cases. */
export interface Played {
  readonly scenario: Scenario;
  readonly plays: readonly Play[];
}

/** The schemes of the lab in the order of the table; a case with another key is a further one. */
const SCHEMES: readonly string[] = ['naive', 'no-reclaim', 'tagged', 'hazard-pointers', 'epochs'];

/** All scenarios with what comes of each under each scheme, as a Markdown table. Damage is in bold. */
export function curriculumTable(played: readonly Played[]): string {
  const rows = played.map(({ scenario, plays }) => [
    numberOf(scenario),
    `[\`${scenario.id}\`](#${anchorOf(scenario)})`,
    scenario.title,
    ...SCHEMES.map((scheme) => outcome(plays.find((play) => play.case.key === scheme))),
  ]);
  const head = ['', 'scenario', 'what it shows', ...SCHEMES.map((scheme) => `\`${scheme}\``)];
  return tableOf(head, rows);
}

/** Each scenario under a heading of its own: what it teaches, how it is run, what comes of each case, and what to remember. */
export function curriculumText(played: readonly Played[]): string {
  return played.map(sectionOf).join('\n\n');
}

function sectionOf({ scenario, plays }: Played): string {
  const { id, about, title, moral, teaches } = scenario;
  const rows = plays.map((play) => [
    `\`${play.case.key}\`${play.case.key === teaches ? ' (the default)' : ''}`,
    kindsText(play.findings),
    String(play.audit.leaked),
    outcomeText(play),
  ]);
  return [
    `### ${numberOf(scenario)} ${id}`,
    `_${title}._ ${about}`,
    `\`npx lockfree-lab run ${id}\` · \`npx lockfree-lab run ${id} --scheme all\``,
    tableOf(['case', 'damage', 'leaked', 'came of it'], rows),
    `> ${moral}`,
  ].join('\n\n');
}

function outcome(play: Play | undefined): string {
  if (play === undefined) return '';
  return play.findings.length === 0 ? outcomeText(play) : `**${outcomeText(play)}**`;
}

function numberOf({ number }: Scenario): string {
  return String(number).padStart(2, '0');
}

/** As GitHub makes it from the heading. */
function anchorOf(scenario: Scenario): string {
  return `${numberOf(scenario)}-${scenario.id}`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
