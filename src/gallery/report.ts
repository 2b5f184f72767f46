import type { check } from '../checker/check.ts';
import type { Check, Declared, FailureKind, Passed, Threads } from '../checker/types.ts';
import type { DamageKind } from '../observe/trace.ts';

/** A public report: a project as its host names it, and the number of the issue or of the pull request. */
export interface Source {
  readonly project: string;
  readonly number: number;
}

/** What every report of the gallery has. */
interface Described {
  /** How it is named on the command line; its file is called so, too. */
  readonly id: string;
  /** What goes wrong, in a few words. */
  readonly title: string;
  readonly sources: readonly Source[];
  /** What the report says, in our words: what the code does, and where that leads. */
  readonly about: string;
  /** What the repaired sample does in its place. */
  readonly repair: string;
}

/** A check of a few lines: gives it to `check`, which throws its failure. So a list of reports needs no checker. */
export type CheckedSample = (run: typeof check) => Passed;

/** A report whose shape is shown by two checks: one that fails in the reported way, and one that is complete and clean. */
export interface CheckedReport extends Described {
  readonly shows: FailureKind;
  readonly broken: CheckedSample;
  readonly repaired: CheckedSample;
}

/** A report about reclamation: a program of the laboratory, under a scheme that is damaged in the reported way and one that is not. */
export interface ExploredReport extends Described {
  readonly shows: DamageKind;
  readonly program: string;
  readonly slots: number;
  /** Schemes with their parameters; the broken one by the URL of its module. */
  readonly broken: string;
  readonly repaired: string;
}

/** A bug from the field: its report, the shape of its code in a few lines, and the same repaired. */
export type Report = CheckedReport | ExploredReport;

/** A sample over declared words. Takes what `check` takes. */
export function sample<W extends Declared, const T extends Threads<W, A>, A = number, S = unknown>(
  what: Check<W, A, T, S>,
): CheckedSample {
  return (run) => run(what);
}

/** `pinojs/thread-stream #245, #250`: the reports of one project together. */
export function sourcesText(sources: readonly Source[]): string {
  const projects = [...new Set(sources.map(({ project }) => project))];
  const numbersOf = (project: string): string =>
    sources.flatMap((each) => (each.project === project ? [`#${each.number}`] : [])).join(', ');
  return projects.map((project) => `${project} ${numbersOf(project)}`).join('; ');
}
