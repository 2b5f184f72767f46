import { auditJson } from '../judge/audit/audit.ts';
import { outcomeText } from '../report/outcome.ts';
import { verdictText } from '../report/text/play-text.ts';
import type { Play } from '../scenario/play.ts';
import { notRunIn } from '../scenario/not-run.ts';
import { replayLine } from '../scenario/replay-line.ts';

/** A play in a document of `--json`. */
export function playJson(play: Play): Record<string, unknown> {
  const { scenario, choice, claims, case: each, counted, findings, audit, history, peaks, stopped } = play;
  const replay = replayLine(play);
  return {
    verdict: play.verdict,
    // The rest of the line that tells it.
    verdictText: verdictText(play).replace(/^(?:as claimed|BROKEN|told) +/, ''),
    scenario: scenario.id,
    scheme: choice.spec,
    claims,
    // A run with a scheme, slots or a schedule of the user's own has no expected end.
    expected: play.own.length > 0 || each.byClaims === true ? null : { damage: each.damage },
    own: play.own,
    outcome: outcomeText(play),
    tried: play.trials.map(({ spec, withoutVariant, stops, performed }) => ({
      scheme: spec,
      withoutVariant,
      stops,
      damage: [...new Set(performed.findings.map(({ kind }) => kind))],
    })),
    schedule: counted,
    findings: findings.map((finding) => ({ ...finding, replay })),
    stopped,
    notRun: notRunIn(play),
    audit: auditJson(audit),
    peakUnreclaimed: peaks.unreclaimed,
    linearizable: history.linearizability.linearizable,
    notJudged: history.notJudged,
    // Nothing here is left to chance.
    seed: null,
    replay,
    complaints: play.complaints,
  };
}
