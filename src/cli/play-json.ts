import { auditJson } from '../check/audit.ts';
import type { Play } from '../scenario/play.ts';
import { replayLine } from '../scenario/replay-line.ts';

/** A play in a document of `--json`. */
export function playJson(play: Play): Record<string, unknown> {
  const { scenario, choice, claims, case: each, counted, findings, audit, history, peaks, stopped } = play;
  const replay = replayLine(play);
  return {
    verdict: play.verdict,
    scenario: scenario.id,
    scheme: choice.spec,
    claims,
    expected: { damage: each.damage, verdict: each.verdict },
    schedule: counted,
    findings: findings.map((finding) => ({ ...finding, replay })),
    stopped,
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
