import { check } from '../checker/check.ts';
import { CheckFailure } from '../checker/check-failure.ts';
import { explore } from '../explore/explore.ts';
import { model } from '../model/engine.ts';
import { claimedCase, programScenario } from '../scenario/program-scenario.ts';
import { runScenario, type ScenarioRun } from '../scenario/scenario-run.ts';
import { replayLine } from '../scenario/replay-line.ts';
import { placedInSource } from './places.ts';
import type { ExploredReport, Report, CheckedSample } from './report.ts';

/** Seconds for a search of the laboratory; those of the gallery take one or two. */
const PATIENCE = 120;

/** A failure that a sample has shown. */
export interface Shown {
  readonly kind: string;
  /** How often a thread is interrupted that could go on. */
  readonly preemptions: number;
  /** The line that repeats it. */
  readonly replay: string;
  /** The shortest execution that shows it: as the checker tells it, or run in the laboratory. */
  readonly story: string | ScenarioRun;
}

/** What one of the two samples of a report came to. */
export interface Tried {
  /** Executions that were run: up to the first failure, or all. */
  readonly executions: number;
  /** True if nothing failed and no execution was left out. */
  readonly complete: boolean;
  readonly failure: Shown | null;
}

/** A report with what its two samples came to. */
export interface ShownReport {
  readonly report: Report;
  readonly broken: Tried;
  readonly repaired: Tried;
  /** True if the broken sample fails in the reported way, and the repaired one is complete and clean. */
  readonly asReported: boolean;
}

/** Runs both samples of a report. */
export async function show(report: Report): Promise<ShownReport> {
  const [broken, repaired] =
    'program' in report
      ? [await explored(report, report.broken), await explored(report, report.repaired)]
      : [checked(report.broken), checked(report.repaired)];
  const isClean = repaired.failure === null && repaired.complete;
  return { report, broken, repaired, asReported: broken.failure?.kind === report.shows && isClean };
}

function checked(sample: CheckedSample): Tried {
  try {
    const { executions, complete } = sample(check);
    return { executions, complete, failure: null };
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    const { kind, preemptions, replay, executions } = error;
    const story = placedInSource(error.message);
    return { executions, complete: false, failure: { kind, preemptions, replay, story } };
  }
}

/** Executions with few preemptions come first, so the first failure has the fewest. */
async function explored({ program, slots }: ExploredReport, scheme: string): Promise<Tried> {
  const options = { slots, strategy: 'bounded', firstOnly: true, maxSeconds: PATIENCE };
  const { executions, complete, findings } = await explore(program, scheme, options);
  const [finding] = findings;
  if (finding === undefined) return { executions, complete, failure: null };
  const scenario = programScenario(program, slots, finding.schedule);
  const run = await runScenario(model, scenario, await claimedCase(scheme), { trials: false });
  const failure = {
    kind: finding.kind,
    preemptions: finding.preemptions,
    replay: replayLine(run),
    story: run,
  };
  return { executions, complete: false, failure };
}
