import { findScenario } from '../../scenarios/index.ts';
import { loadVariant } from '../laboratory/participant.ts';
import { USUAL_SLOTS } from '../laboratory/shared.ts';
import { UsageError } from '../errors.ts';
import type { Trace } from '../observe/trace.ts';
import { claimedCase, isProgram, programScenario } from '../scenario/program-scenario.ts';
import type { ReplayRequest } from '../scenario/replay-line.ts';
import { caseFor, type ScenarioRunOptions } from '../scenario/scenario-run.ts';
import type { Case, Scenario } from '../scenario/scenario.ts';
import { checkKernel, schemeOfTrace } from './recording.ts';

/** A run that is to be made again. */
export interface RunAgain {
  readonly scenario: Scenario;
  readonly case: Case;
  readonly options: ScenarioRunOptions;
}

/** What a trace asks to be run again, under the name by which its scenario knows the scheme. */
export function requestOf(path: string, { header }: Trace, given: string | null): ReplayRequest {
  const { subject, slots, cache = 0, freeList = 'stack', schedule } = header;
  checkKernel(path, header);
  const { name: scheme } = schemeOfTrace(path, header, given);
  return { subject, scheme, slots, cache, freeList, schedule };
}

/**
 * A request as a scenario and a case of it.
 *
 * @param subject the scenario's id, or the program on its structure
 * @param variant the URL of a variant of the kernel under a program, or null
 * @param isRecorded true of a trace, which may have been cut short: it is followed as far as it goes
 */
export async function runAgain(
  { scheme, schedule, slots, cache = 0, freeList }: ReplayRequest,
  subject: string,
  variant: string | null,
  isRecorded: boolean,
): Promise<RunAgain> {
  const isOwn = isProgram(subject, await operationsOf(variant));
  if (variant !== null && !isOwn) {
    throw new UsageError(
      `A scenario has its variant of the kernel already: leave out --variant for ${subject}.`,
    );
  }
  const scenario = isOwn
    ? { ...programScenario(subject, slots ?? USUAL_SLOTS, schedule, variant), cache }
    : findScenario(subject);
  return {
    scenario,
    case: isOwn ? await claimedCase(scheme) : await caseFor(scenario, scheme),
    options: {
      until: 'end',
      schedule,
      asFarAsItFits: isRecorded,
      isReplay: true,
      ...(slots === null ? {} : { slots }),
      ...(freeList !== undefined && { freeList }),
    },
  };
}

/** The operations that a variant adds, by name. */
async function operationsOf(variant: string | null): Promise<string[]> {
  return variant === null ? [] : Object.keys((await loadVariant(variant)).operations ?? {});
}
