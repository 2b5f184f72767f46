import { mostInUse } from '../../src/laboratory/program.ts';
import { boundOf } from '../../src/laboratory/registry.ts';
import { abaSafeText } from '../../src/report/text/tag-text.ts';
import type { ScenarioRun } from '../../src/scenario/scenario-run.ts';
import { markdownTable } from './table.ts';

/** What the scenarios measured of one scheme, on real threads. */
export interface Evidence {
  readonly key: string;
  /** A thread stopped before D13 while its dummy node is recycled. */
  readonly aba: ScenarioRun;
  /** A thread stopped for long in the middle of a dequeue while another one works on. */
  readonly stalled: ScenarioRun;
  /** The same with a thread that is terminated. */
  readonly dead: ScenarioRun;
  /** A thread that has ended its operation and does nothing for long, while another one works on. */
  readonly idle: ScenarioRun;
}

/** The schemes side by side, claims and measurements, as a Markdown table. */
export function comparisonTable(evidence: readonly Evidence[]): string {
  const head = [
    'scheme',
    'ABA-safe',
    'measured in aba-dequeue',
    'unreclaimed slots, at most',
    'measured with a stalled reader',
    'with an idle thread',
    'the others go on if a thread stalls',
    'if a thread dies',
    'may read a freed slot',
    'progress',
  ];
  const rows = evidence.map(({ key, aba, stalled, dead, idle }) => [
    `\`${key}\``,
    abaSafeText(aba.choice.scheme.ID, aba.claims),
    aba.findings[0] ? `**${aba.findings[0].kind}** at step ${aba.findings[0].step}` : 'no damage',
    stalled.claims.garbage,
    measuredPeak(stalled),
    measuredPeak(idle),
    goesOn(stalled.claims.survivesStall, stalled),
    goesOn(stalled.claims.survivesDeath, dead),
    yesNo(aba.claims.staleReads),
    aba.claims.progress,
  ]);
  return markdownTable(head, rows);
}

/** The bound on unreclaimed slots in a run; null if its scheme has none. */
function boundIn({ choice, program }: ScenarioRun): number | null {
  return boundOf(choice, program.threads.length, program.structure, mostInUse(program));
}

/** The most unreclaimed slots at once in a run, of how many, and whether an enqueue was answered "full". */
export function measuredPeak(run: ScenarioRun): string {
  const bound = boundIn(run);
  const full = run.trace.events.some((event) => event.kind === 'return' && event.outcome === 'full');
  const limit = bound === null ? '' : ` (bound ${bound})`;
  return `${run.peaks.unreclaimed} of ${run.audit.slots}${limit}${full ? ', then full' : ''}`;
}

/** Whether the other threads go on, and whether that is worth anything: a corrupted queue goes on too. */
function goesOn(claim: boolean, { findings, claims }: ScenarioRun): string {
  return claim && claims.abaSafe === 'no' && findings.length > 0 ? 'yes, but corrupted' : yesNo(claim);
}

function yesNo(claim: boolean): string {
  return claim ? 'yes' : 'no';
}

/** A sentence for every claim that a measurement contradicts, in either direction: a scheme must not promise too little either. */
export function claimContradictions(evidence: readonly Evidence[]): string[] {
  return evidence.flatMap(({ key, aba, stalled, dead }) => {
    const wrong: string[] = [];
    const { abaSafe, reclaims, survivesStall } = aba.claims;
    const broken = [aba, stalled, dead].filter(({ findings }) => findings.some(({ kind }) => kind === 'ABA'));
    if (abaSafe !== 'no' && broken.length > 0) {
      wrong.push(`${key} claims ABA-safe "${abaSafe}", and ABA was found in ${broken[0].scenario.id}.`);
    }
    if (abaSafe === 'no' && broken.length === 0)
      wrong.push(`${key} claims no safety from ABA, and none was found.`);
    for (const run of [stalled, dead]) {
      const bound = boundIn(run);
      if (bound !== null && run.peaks.unreclaimed > bound) {
        wrong.push(
          `${key} claims at most ${bound} unreclaimed slots, and ${run.scenario.id} had ${run.peaks.unreclaimed}.`,
        );
      }
    }
    const grew = boundIn(stalled) === null && stalled.peaks.unreclaimed > stalled.audit.slots / 2;
    if (reclaims && survivesStall === grew) {
      wrong.push(
        `${key} claims that it ${survivesStall ? 'survives' : 'does not survive'} a stalled thread, and ${stalled.peaks.unreclaimed} of ${stalled.audit.slots} slots were unreclaimed.`,
      );
    }
    if (reclaims === aba.audit.leaked > 0 && aba.findings.length === 0) {
      wrong.push(
        `${key} claims that it ${reclaims ? 'frees' : 'does not free'} what is retired, and ${aba.audit.leaked} slots were leaked.`,
      );
    }
    return wrong;
  });
}
