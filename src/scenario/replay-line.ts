import { UsageError } from '../errors.ts';
import { self } from '../mutant/self.ts';
import { shellWord } from '../visible.ts';
import { caseName } from './case-name.ts';
import type { Performance } from './perform.ts';

/** What a replay line says. */
export interface ReplayRequest {
  readonly subject: string;
  /** The scheme with its parameters. */
  readonly scheme: string;
  readonly slots: number | null;
  /** Free slots in a magazine of a thread's cache; left out, there are no caches. */
  readonly cache?: number;
  readonly schedule: string;
  /** The URL of a variant of the kernel under a program; a scenario names its own. */
  readonly variant?: string;
}

/**
 * The command that makes a run again, step by step: `npx lockfree-lab replay aba-dequeue/naive:slots=6 1x5,2x29,1x2`, or with a program
 * in place of the scenario, `npx lockfree-lab replay "[A] d | d e d/naive:slots=6" 1x5,2x29,1x2`. A mutated copy of the lab adds its
 * `--mutant`.
 */
export function replayCommand({
  subject,
  scheme,
  slots,
  cache = 0,
  schedule,
  variant,
}: ReplayRequest & { slots: number }): string {
  const join = /:[a-z]+=/.test(scheme) ? ',' : ':';
  const size = `slots=${slots}${cache === 0 ? '' : `,cache=${cache}`}`;
  const whole = `${subject}/${scheme}${join}${size}`;
  const own = variant === undefined ? '' : `--variant ${shellWord(variant)} `;
  const mutant = self ? `--mutant ${shellWord(self.id)} ` : '';
  return `npx lockfree-lab replay ${mutant}${own}${whole.includes(' ') ? `"${whole}"` : whole} ${schedule}`;
}

/** The command that makes a play again. */
export function replayLine({ scenario, case: own, choice, trace, counted }: Performance): string {
  const scheme = caseName(scenario, own, choice);
  return replayCommand({
    subject: scenario.id,
    scheme,
    slots: trace.header.slots,
    cache: trace.header.cache ?? 0,
    schedule: counted,
    ...(scenario.number === 0 && scenario.variant !== undefined && { variant: scenario.variant }),
  });
}

/** Reads a replay line, with or without the command in front. Throws a UsageError that says what does not fit. */
export function parseReplayLine(line: string): ReplayRequest {
  const command = line.trim().replace(/^.*\breplay\s+/, '');
  const mutant = /^--mutant\s+(\S+)/.exec(command);
  if (mutant) {
    throw new UsageError(
      `This line is about the mutant ${mutant[1]}: give it as lockfree-lab replay --mutant ${mutant[1]} with the rest after it, not as one argument.`,
    );
  }
  const [front, variant] = /^--variant\s+'?([^\s']+)'?\s+/.exec(command) ?? ['', undefined];
  const text = command.slice(front.length);
  // The subject may have blanks, the scheme has none, and the schedule begins with a thread.
  const match = /^"?([^/"]+)\/([^\s"]+)"?\s+(\S.*)$/s.exec(text);
  if (!match) {
    throw new UsageError(
      `"${line.trim()}" is no replay line; it reads SCENARIO/SCHEME:slots=N SCHEDULE, for example aba-dequeue/naive:slots=6 1x5,2x29,1x2.`,
    );
  }
  const [, subject, scheme, schedule] = match;
  const slots = sizeIn(scheme, 'slots');
  const cache = sizeIn(slots.rest, 'cache');
  return {
    subject,
    scheme: cache.rest,
    slots: slots.value,
    ...(cache.value !== null && { cache: cache.value }),
    schedule,
    ...(variant !== undefined && { variant }),
  };
}

/** A parameter of the slab among those of a scheme, and the scheme without it. */
function sizeIn(scheme: string, name: string): { readonly value: number | null; readonly rest: string } {
  const found = new RegExp(`[:,]${name}=(\\d+)(?=,|$)`).exec(scheme);
  if (!found) return { value: null, rest: scheme };
  return { value: Number(found[1]), rest: scheme.replace(found[0], '').replace(/^([^:]*),/, '$1:') };
}
