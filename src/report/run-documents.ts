import type { StressResult } from '../stress/result.ts';
import { cardOfStructure } from '../laboratory/structures.ts';
import { modelOf } from '../judge/history/models.ts';
import { auditJson } from '../judge/audit/audit.ts';
import { outcomeText } from './outcome.ts';
import { claimsJson } from './text/tag-text.ts';
import { verdictOf } from './text/run-text.ts';
import type { ScenarioRun } from '../scenario/scenario-run.ts';
import { notRunIn } from '../scenario/not-run.ts';
import { replayLine } from '../scenario/replay-line.ts';

/** A run in a document of `--json`. */
export function runJson(run: ScenarioRun): Record<string, unknown> {
  const { scenario, choice, claims, case: each, counted, findings, audit, history, peaks, stopped } = run;
  const replay = replayLine(run);
  return {
    verdict: run.verdict,
    verdictText: verdictOf(run).text,
    scenario: scenario.id,
    scheme: choice.spec,
    claims: claimsJson(choice.scheme.ID, claims),
    // A run with a scheme, slots or a schedule of the user's own has no expected end.
    expected: run.own.length > 0 || each.byClaims === true ? null : { damage: each.damage },
    own: run.own,
    outcome: outcomeText(run),
    tried: run.trials.map(({ spec, withoutVariant, stops, onlyOther, performed }) => ({
      scheme: spec,
      withoutVariant,
      stops,
      // Damage that is not the first one, which does not happen without the variant.
      onlyOther,
      damage: [...new Set(performed.findings.map(({ kind }) => kind))],
    })),
    schedule: counted,
    findings: findings.map((finding) => ({ ...finding, replay })),
    stopped,
    notRun: notRunIn(run),
    audit: auditJson(audit),
    peakUnreclaimed: peaks.unreclaimed,
    linearizable: history.linearizability.linearizable,
    model: modelOf(cardOfStructure(run.structure)).says,
    notJudged: history.notJudged,
    // Nothing here is left to chance.
    seed: null,
    replay,
    complaints: run.complaints,
  };
}

/** A stress run in a document of `--json`. */
export function stressJson(result: StressResult): Record<string, unknown> {
  const { audit, findings, snapshot: _words, again, ...rest } = result;
  return {
    ...rest,
    // It cannot be replayed: this line starts a similar run.
    findings: findings.map((finding) => ({ ...finding, replay: again })),
    audit: auditJson(audit),
    again,
  };
}
