import type { Case, Scenario } from '../scenario/scenario.ts';

/** The schemes of the lab in the order of the table; a case with another key is a further one. */
const SCHEMES: readonly string[] = ['naive', 'no-reclaim', 'tagged', 'hazard-pointers', 'epochs'];

/** All scenarios with what comes of each under each scheme, as a Markdown table. Damage is in bold. */
export function curriculumTable(scenarios: readonly Scenario[]): string {
  const rows = scenarios.map((scenario) => [
    numberOf(scenario),
    `[\`${scenario.id}\`](#${anchorOf(scenario)})`,
    scenario.title,
    ...SCHEMES.map((scheme) => outcome(scenario.cases.find(({ key }) => key === scheme))),
  ]);
  const head = ['', 'scenario', 'what it shows', ...SCHEMES.map((scheme) => `\`${scheme}\``)];
  return tableOf(head, rows);
}

/** Each scenario under a heading of its own: what it teaches, how it is run, what comes of each case, and what to remember. */
export function curriculumText(scenarios: readonly Scenario[]): string {
  return scenarios.map(sectionOf).join('\n\n');
}

function sectionOf(scenario: Scenario): string {
  const { id, about, title, cases, moral } = scenario;
  const rows = cases.map((each) => [
    `\`${each.key}\``,
    [...each.damage].join(', ') || 'none',
    each.leaked === undefined ? '' : String(each.leaked),
    each.verdict,
  ]);
  return [
    `### ${numberOf(scenario)} ${id}`,
    `_${title}._ ${about}`,
    `\`npx lockfree-lab run ${id}\` · \`npx lockfree-lab run ${id} --scheme all\``,
    tableOf(['case', 'damage', 'leaked', 'verdict'], rows),
    `> ${moral}`,
  ].join('\n\n');
}

function outcome(each: Case | undefined): string {
  if (each === undefined) return '';
  return each.damage.length === 0 ? each.verdict : `**${each.verdict}**`;
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
