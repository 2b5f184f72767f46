import { chooseScheme } from '../laboratory/registry.ts';
import type { Stage } from '../engines/controlled.ts';
import { selfName } from '../mutant/self.ts';
import { model } from '../model/engine.ts';
import type { DamageKind, Trace } from '../observe/trace.ts';
import { perform, type Performance, type PerformOptions } from './perform.ts';
import { brokenPromises, type BrokenClaims } from './promise.ts';
import type { Case, Scenario } from './scenario.ts';
import { tryElsewhere, type AlternativeRun } from './trials.ts';

/** What a run of a scenario asks for. */
export interface ScenarioRunOptions extends PerformOptions {
  /** False: a damaged run is not tried under the other schemes. */
  readonly trials?: boolean;
}

/** What can be a user's own in a run of a scenario. */
export type Own = 'scheme' | 'slots' | 'free list' | 'schedule';

/** One run of a scenario under one scheme, with everything that can be told about it. */
export interface ScenarioRun extends Performance {
  /** What is not the scenario's in this run. If anything is, the scenario expects no end of it, and the scheme's claims alone judge it. */
  readonly own: readonly Own[];
  /** What the run did that its scheme promises not to do. */
  readonly broken: BrokenClaims;
  readonly verdict: 'as-claimed' | 'broken';
  readonly trace: Trace;
  /** The same anchors under the other schemes; empty if there was no damage. */
  readonly trials: readonly AlternativeRun[];
}

/**
 * The case of a scenario for a scheme: the one with that key, or a new one for a user's own scheme or parameters, which has to live up to
 * its claims.
 */
export async function caseFor(scenario: Scenario, spec: string): Promise<Case> {
  const known = scenario.cases.find((each) => each.key === spec || each.spec === spec);
  if (known) return known;
  const { scheme } = await chooseScheme(spec);
  const same = scenario.cases.find((each) => each.key === scheme.ID);
  return same ? { ...same, spec, own: true } : { key: scheme.ID, spec, damage: [], own: true };
}

/** Plays a scenario, one step at a time: on real threads, or on the model. */
export async function runScenario(
  stage: Stage,
  scenario: Scenario,
  each: Case,
  options: ScenarioRunOptions = {},
): Promise<ScenarioRun> {
  const performed = await perform(stage, scenario, each, options);
  const own = await ownOf(performed, options);
  const broken = brokenBy(performed);
  const isAsItShould =
    own.length === 0 && each.byClaims !== true
      ? isExpected(performed, each.damage)
      : broken.findings.length === 0;
  const verdict = isAsItShould ? 'as-claimed' : 'broken';
  const { trace, findings } = performed;
  return {
    ...performed,
    own,
    broken,
    verdict,
    trace: { ...trace, verdict: { kind: 'verdict', verdict, findings } },
    trials:
      options.trials === false || findings.length === 0 || isLost(performed)
        ? []
        : await tryElsewhere(performed),
  };
}

/** True if a thread of a mutant did not come back: on the model, under whichever scheme, nothing could end it. */
function isLost({ stopped }: Performance): boolean {
  return stopped?.kind === 'hung' && selfName !== null;
}

/** What is a user's own in a run: a schedule that makes the same steps as the scenario's is the scenario's. */
async function ownOf(
  performed: Performance,
  { schedule, until, slots, freeList }: ScenarioRunOptions,
): Promise<Own[]> {
  const { scenario, case: each, counted } = performed;
  const own: Own[] = [];
  if (each.own === true) own.push('scheme');
  if (slots !== undefined && slots !== scenario.slots) own.push('slots');
  if (freeList !== undefined && freeList !== (scenario.freeList ?? 'stack')) own.push('free list');
  const isGiven = schedule !== undefined || (until !== undefined && until !== scenario.until);
  if (scenario.number === 0 || own.length > 0 || !isGiven) {
    return schedule !== undefined && own.length > 0 ? [...own, 'schedule'] : own;
  }
  return counted === (await perform(model, scenario, each)).counted ? [] : ['schedule'];
}

/** A variant with a queue or a slab of its own is the scenario's fault: no scheme promises anything about it. */
function brokenBy(performed: Performance): BrokenClaims {
  const { scenario, choice, trace, findings, audit: audited, variesKernel } = performed;
  if (scenario.number > 0 && variesKernel) return { findings: [], since: null };
  return brokenPromises({ choice, events: trace.events, findings, audit: audited });
}

function isExpected({ findings }: Performance, expected: readonly DamageKind[]): boolean {
  const found = new Set(findings.map(({ kind }) => kind));
  return found.size === new Set(expected).size && expected.every((kind) => found.has(kind));
}
