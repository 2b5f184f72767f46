import { pathOf, urlOf } from '../host/own-module.ts';
import { isPath, programOn, splitProgram } from '../laboratory/program.ts';
import { urlOfStructure } from '../laboratory/structures.ts';
import { FREE_LISTS, type FreeList } from '../laboratory/edge.ts';
import { UsageError } from '../errors.ts';
import { self } from '../mutant/self.ts';
import { shellWord, shellWords } from '../visible.ts';
import { caseName } from './scenario.ts';
import type { Performance } from './perform.ts';

/** What a replay line says. */
export interface ReplayRequest {
  readonly subject: string;
  /** The scheme with its parameters. */
  readonly scheme: string;
  readonly slots: number | null;
  /** Free slots in a magazine of a thread's cache; left out, there are no caches. */
  readonly cache?: number;
  /** The free list; left out, it is a stack. */
  readonly freeList?: FreeList;
  readonly schedule: string;
  /** The URL of a variant of the kernel under a program; a scenario names its own. */
  readonly variant?: string;
  /** The path or URL of the module of the structure, where that is a user's own. */
  readonly structure?: string;
}

/**
 * The command that makes a run again, step by step: `npx lockfree-lab replay aba-dequeue/naive:slots=6 1x5,2x29,1x2`, or with a program
 * in place of the scenario, `npx lockfree-lab replay "[A] d | d e d/naive:slots=6" 1x5,2x29,1x2`. A structure of the user's own that the
 * program names stands before it, `--structure /home/me/mailbox.mjs`. A mutated copy of the lab adds its `--mutant`.
 */
export function replayCommand({
  subject,
  scheme,
  slots,
  cache = 0,
  freeList = 'stack',
  schedule,
  variant,
}: Omit<ReplayRequest, 'structure'> & { slots: number }): string {
  const join = /:[a-z]+=/.test(scheme) ? ',' : ':';
  const size = `slots=${slots}${cache === 0 ? '' : `,cache=${cache}`}${freeList === 'stack' ? '' : `,free=${freeList}`}`;
  const { structure, body } = splitProgram(subject);
  const module = structure !== null && isPath(structure) ? pathOf(urlOf(structure)) : null;
  const whole = `${module === null ? subject : body}/${scheme}${join}${size}`;
  const own = [
    ...(module === null ? [] : [`--structure ${shellWord(module)} `]),
    ...(variant === undefined ? [] : [`--variant ${shellWord(variant)} `]),
  ].join('');
  const mutant = self ? `--mutant ${shellWord(self.id)} ` : '';
  return `npx lockfree-lab replay ${mutant}${own}${shellWord(whole)} ${shellWord(schedule)}`;
}

/** The command that makes a run again. */
export function replayLine({ scenario, case: own, choice, structure, trace, counted }: Performance): string {
  const scheme = caseName(scenario, own, choice);
  const isStructure = scenario.variant !== undefined && scenario.variant === urlOfStructure(structure);
  return replayCommand({
    subject: isStructure ? programOn(scenario.variant, scenario.id) : scenario.id,
    scheme,
    slots: trace.header.slots,
    cache: trace.header.cache ?? 0,
    freeList: trace.header.freeList ?? 'stack',
    schedule: counted,
    ...(scenario.number === 0 &&
      scenario.variant !== undefined &&
      !isStructure && { variant: scenario.variant }),
  });
}

/** Reads a replay line, with or without the command in front, as it is printed. Throws a UsageError that says what does not fit. */
export function parseReplayLine(line: string): ReplayRequest {
  const words = shellWords(line);
  const at = words.indexOf('replay');
  return parseReplayWords(words.slice(at + 1));
}

/** The same for the words of a line that a shell has taken apart. A single word is a whole line. */
export function parseReplayWords(words: readonly string[]): ReplayRequest {
  if (words.length === 1 && /\s/.test(words[0].trim())) return parseReplayLine(words[0]);
  const [option, value = ''] = words;
  if (option === '--mutant') {
    const mutant = shellWord(value);
    throw new UsageError(
      `This line is about the mutant ${mutant}: give it as lockfree-lab replay --mutant ${mutant} with the rest after it, not as one argument.`,
    );
  }
  const variant = option === '--variant' ? value : undefined;
  const structure = option === '--structure' ? value : undefined;
  const text = words.slice(variant === undefined && structure === undefined ? 0 : 2).join(' ');
  // The subject may have blanks, the scheme has none, and the schedule begins with a thread.
  const match = /^([^/]+)\/(\S+)\s+(\S.*)$/s.exec(text.trim());
  if (!match) {
    throw new UsageError(
      `"${text.trim()}" is no replay line; it reads SCENARIO/SCHEME:slots=N SCHEDULE, for example aba-dequeue/naive:slots=6 1x5,2x29,1x2.`,
    );
  }
  const [, subject, scheme, schedule] = match;
  const slots = sizeIn(scheme, 'slots');
  const cache = sizeIn(slots.rest, 'cache');
  const free = freeListIn(cache.rest);
  return {
    subject,
    scheme: free.rest,
    slots: slots.value,
    ...(cache.value !== null && { cache: cache.value }),
    ...(free.value !== null && { freeList: free.value }),
    schedule,
    ...(variant !== undefined && { variant }),
    ...(structure !== undefined && { structure }),
  };
}

/** A parameter of the slab among those of a scheme, and the scheme without it. */
function parameterIn(
  scheme: string,
  name: string,
  values: string,
): { readonly value: string | null; readonly rest: string } {
  const found = new RegExp(`[:,]${name}=(${values})(?=,|$)`).exec(scheme);
  if (!found) return { value: null, rest: scheme };
  const rest = scheme.replace(found[0], '').replace(/^([^:]*),/, '$1:');
  if (new RegExp(`[:,]${name}=`).test(rest))
    throw new UsageError(`${name} is given twice in "${scheme}": give it once.`);
  return { value: found[1], rest };
}

function sizeIn(scheme: string, name: string): { readonly value: number | null; readonly rest: string } {
  const { value, rest } = parameterIn(scheme, name, '\\d+');
  return { value: value === null ? null : Number(value), rest };
}

/** The same for the free list. */
function freeListIn(scheme: string): { readonly value: FreeList | null; readonly rest: string } {
  const { value, rest } = parameterIn(scheme, 'free', FREE_LISTS.join('|'));
  return { value: value as FreeList | null, rest };
}
