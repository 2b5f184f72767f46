import { sizesAsked } from '../../../laboratory/batch.ts';
import { parseProgram, splitProgram } from '../../../laboratory/program.ts';
import { chooseScheme, schemes, usualScheme } from '../../../laboratory/registry.ts';
import { enoughSlots } from '../../../laboratory/shared.ts';
import { model } from '../../../model/engine.ts';
import { claimedCase, isProgram, programScenario } from '../../../scenario/program-scenario.ts';
import { caseFor, runScenario } from '../../../scenario/scenario-run.ts';
import { type Case, type Scenario, teachingCase } from '../../../scenario/scenario.ts';
import type { RunView } from '../run-view.ts';
import { viewOfRun } from '../view-of-run.ts';
import { onKernelOf } from './known-mutants.ts';
import { findScenario, scenarios } from './known-scenarios.ts';

/** What a tab runs: a scenario by its id or a program, as a line of `replay` says it. */
export interface EngineRequest {
  readonly id: string;
  /** Empty: the case that a scenario teaches by. */
  readonly scheme: string;
  /** Null: the scenario's own, or as many as are needed. */
  readonly slots: number | null;
  readonly cache: number;
  /** The free list; left out, it is a stack. */
  readonly freeList?: 'ring';
  /** Null: the scenario's own. */
  readonly schedule: string | null;
  /** The mutant whose kernel is run, by its id; empty is the lab's own. */
  readonly mutant: string;
}

/** What a worker of the page is asked for: every interleaving of a program, judged. */
export interface ProofRequest {
  readonly kind: 'prove';
  readonly program: string;
  readonly scheme: string;
  readonly slots: number | null;
  readonly cache: number;
  /** The free list; left out, it is a stack. */
  readonly freeList?: 'ring';
  readonly mutant: string;
}

/** What a worker of the page is asked for: the next step of a shortest way to the goal of a level. */
export interface HintRequest {
  readonly kind: 'hint';
  readonly level: string;
  readonly schedule: string;
}

/** Slots of a program that says nothing of them. */
const USUAL = 6;

/** Runs the engine of the command line in this tab. Throws a UsageError as `replay` does. */
export function viewed(request: EngineRequest): Promise<RunView> {
  return onKernelOf(request.mutant, () => viewedThere(request));
}

async function viewedThere(request: EngineRequest): Promise<RunView> {
  const { scenario, each } = await subjectOf(request);
  const { slots, schedule, freeList } = request;
  const played = await runScenario(model, scenario, each, {
    ...(schedule !== null && {
      schedule: schedule === '' ? '1x0' : schedule,
      until: 'end',
      pastMisfits: true,
    }),
    ...(slots !== null && { slots }),
    ...(freeList && { freeList }),
  });
  return viewOfRun(played);
}

async function subjectOf({ id, scheme, slots, cache, schedule }: EngineRequest): Promise<{
  readonly scenario: Scenario;
  readonly each: Case;
}> {
  if (isProgram(id)) {
    const size = await slotsFor(id, scheme, slots);
    return {
      scenario: {
        ...programScenario(id, size, schedule === null || schedule === '' ? '1x0' : schedule),
        cache,
      },
      each: await claimedCase(namedScheme(id, scheme)),
    };
  }
  const scenario = findScenario(id);
  return { scenario, each: scheme === '' ? teachingCase(scenario) : await caseFor(scenario, scheme) };
}

/** The slots that were asked for, or as many as the program needs under the scheme. */
export async function slotsFor(program: string, scheme: string, slots: number | null): Promise<number> {
  const choice = await chooseScheme(namedScheme(program, scheme));
  return enoughSlots(slots, USUAL, choice, { ...sizesAsked(parseProgram(program)), cache: 0 });
}

/** The scenarios that a tab can be asked for. */
export function known(): readonly Pick<Scenario, 'id' | 'title' | 'number'>[] {
  return scenarios;
}

/** The structure that a program names, or nothing, and the rest of it. */
export function partsOfProgram(program: string): { readonly structure: string; readonly body: string } {
  const { structure, body } = splitProgram(program);
  return { structure: structure ?? '', body };
}

/** The schemes that a run can be made under: those of a scenario's cases, or all that there are. */
export function schemesFor(id: string): readonly string[] {
  const scenario = scenarios.find((each) => each.id === id);
  if (scenario === undefined) return schemes.map(({ ID }) => ID);
  return scenario.cases.map(({ key }) => key);
}

/** True if the explorer can be asked about a run: it runs the lab's own kernel, and threads that have a record each. */
export function canProve({ id }: EngineRequest): boolean {
  const scenario = scenarios.find((each) => each.id === id);
  if (scenario === undefined) return true;
  const { variant, records, cases } = scenario;
  return variant === undefined && records === undefined && cases.every((each) => each.variant === undefined);
}

/** The case of a scenario that is run; null of a program, and under a scheme of which the scenario has no case. */
function caseOf({ id, scheme }: EngineRequest): Case | null {
  const cases = scenarios.find((each) => each.id === id)?.cases ?? [];
  return cases.find(({ key }) => key === scheme) ?? null;
}

/** The scheme that is named, or the usual one of the structure of a program. */
function namedScheme(program: string, scheme: string): string {
  return scheme === '' ? usualScheme(parseProgram(program).structure) : scheme;
}

/** The scheme of a run with its parameters, as any program can be run under it. */
export function schemeOf(request: EngineRequest): string {
  return caseOf(request)?.spec ?? namedScheme(request.id, request.scheme);
}

/** The program of a run, to be explored. */
export function programOf(request: EngineRequest): ProofRequest {
  const { id, slots, cache, freeList, mutant } = request;
  const program = caseOf(request)?.program ?? scenarios.find((each) => each.id === id)?.program ?? id;
  const size = { slots, cache, ...(freeList && { freeList }) };
  return { kind: 'prove', program, scheme: schemeOf(request), ...size, mutant };
}
