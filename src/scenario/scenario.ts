import type { FreeList } from '../laboratory/edge.ts';
import type { DamageKind } from '../observe/trace.ts';
import type { Note } from './note.ts';
import type { SchemeChoice } from '../laboratory/registry.ts';

/** What a scenario does under one scheme. */
export interface Case {
  /** Names the case within the scenario and its golden file: the scheme's id, or a variant's. */
  readonly key: string;
  /** The scheme with its parameters, as `--scheme` takes it: `hazard-pointers:threshold=1`. */
  readonly spec: string;
  /** The kinds of damage that must be found: all of them and no others. */
  readonly damage: readonly DamageKind[];
  /** In place of `damage`: the scheme's claims say whether there may be any. */
  readonly byClaims?: boolean;
  /** True if its scheme or parameters are a user's own: the scenario expects nothing of them. */
  readonly own?: boolean;
  /** Leaked slots at the end, where that is the point. */
  readonly leaked?: number;
  /** A schedule of its own, where its steps differ; a program or a variant of its own, where the case is about that. */
  readonly schedule?: string;
  readonly program?: string;
  readonly variant?: string;
  readonly variantIs?: string;
}

/**
 * A scenario: a small program, a schedule that makes something happen, remarks, and what must come of it under each scheme. It is pure
 * data; everything that is shown comes from the run itself.
 */
export interface Scenario {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  /** What it teaches, in two to four sentences. */
  readonly about: string;
  /** The program, as `parseProgram` reads it. */
  readonly program: string;
  /**
   * The record of each thread, where threads have one after the other, as a worker that is started again: `[1, 2, 2]`. Left out, each
   * has the record of its own number.
   */
  readonly records?: readonly number[];
  /** Who moves until where, by anchors. */
  readonly schedule: string;
  readonly slots: number;
  /** Free slots in a magazine of a thread's cache. Left out, there are no caches. */
  readonly cache?: number;
  /** The free list. Left out, it is a stack. */
  readonly freeList?: FreeList;
  /** Words from one slot to the next: 8, 16 or 32. Given where the size of slots matters: what is touched of the slab is told then. Default 8. */
  readonly stride?: number;
  /** Where the run stops by itself: at the end of the schedule, or when the operation that did the first damage has returned. */
  readonly until: 'damage' | 'end';
  /** The step whose fate the matrix shows: `T1.op1.D13`. */
  readonly watch: string;
  /** Remarks, each with the condition under which it holds. */
  readonly notes: readonly Note[];
  /** True if it is a matter of time: the slots in use, retired and free are shown over the steps. */
  readonly series?: boolean;
  /** True if it is about the states of a slot: the ways between them and where they end are shown, and `run` looks ahead for a slot that nobody owns. */
  readonly lifeCycle?: boolean;
  readonly cases: readonly Case[];
  /** The key of the case that is shown where none is asked for: the one that teaches what the scenario is about. */
  readonly teaches: string;
  /** The URL of a module whose exports are a `Variant` of the kernel, with labels for its own steps. */
  readonly variant?: string;
  /** Of one with operations of its own, the URL of a module with these alone: with it the program is tried without the variant. */
  readonly operations?: string;
  /** What the variant is, in one sentence. */
  readonly variantIs?: string;
  /** Closing remark, shown under the matrix: the thing to remember. */
  readonly moral: string;
}

/** The case that is shown where none is asked for. */
export function teachingCase({ cases, teaches }: Scenario): Case {
  return cases.find(({ key }) => key === teaches) ?? cases[0];
}

/**
 * The URL of a compiled module beside a scenario: `compiled(import.meta.url, './variant')`. Workers run compiled code only, so under
 * tsx and vitest, where the caller is a .ts file, this names its counterpart in dist.
 */
export function compiled(caller: string, name: string): string {
  const own = new URL(`${name}.js`, caller).href;
  return caller.endsWith('.ts') ? own.replace(/\/scenarios\/(?!.*\/scenarios\/)/, '/dist/scenarios/') : own;
}

/** The source of a module of this repository, as a path from its root; any other is told by its file name. */
export function sourceOf(file: string | null): string | null {
  if (file === null || !/^(?:file|lab):/.test(file)) return file;
  const own = /\/dist\/(scenarios\/[^?]*)\.js$/.exec(file);
  return own ? `${own[1]}.ts` : file.replace(/^.*[\\/]/, '');
}

/** The name by which `caseFor` finds a case again: the scheme, or its key if it is part of the scenario or a further case of a scheme. */
export function caseName(scenario: Scenario, own: Case, { spec: chosen }: SchemeChoice): string {
  const first = scenario.cases.find(({ key, spec }) => key === chosen || spec === chosen);
  // A module of the scenario's is found by the case's key, and a user's own by its URL alone.
  const isOfScenario = scenario.cases.some(({ key, spec }) => key === own.key && spec === own.spec);
  const goesByKey =
    (isOfScenario && own.spec.startsWith('file:')) || (first !== undefined && first.key !== own.key);
  return goesByKey ? own.key : chosen;
}
