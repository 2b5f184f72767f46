import { parseProgram, splitProgram } from '../laboratory/program.ts';
import { chooseScheme } from '../laboratory/registry.ts';
import type { Case, Scenario } from './scenario.ts';

/** A program and a schedule that somebody wrote, or that a search found, as a scenario of their own. */
export function programScenario(
  program: string,
  slots: number,
  schedule: string,
  variant: string | null = null,
): Scenario {
  return {
    ...(variant !== null && { variant }),
    number: 0,
    id: program,
    title: 'a program',
    about: '',
    program,
    schedule,
    slots,
    until: 'end',
    watch: 'T1.op1.return',
    notes: [],
    cases: [],
    teaches: '',
    moral: '',
  };
}

/** A case of such a scenario: the scheme has to live up to its claims. */
export async function claimedCase(spec: string): Promise<Case> {
  const { scheme } = await chooseScheme(spec);
  return { key: scheme.ID, spec, damage: [], byClaims: true };
}

/**
 * True if a text can only be a program: no scenario's name has a blank or a bar.
 *
 * @param more operations of a variant, by name
 */
export function isProgram(text: string, more: readonly string[] = []): boolean {
  if (splitProgram(text).structure === null && !/[\s|[\]]/.test(text.trim()) && !/^[edi]$/.test(text.trim()))
    return false;
  parseProgram(text, more);
  return true;
}

/** Programs that are worth exploring, and what they show. Counts and verdicts are in `src/search/README.md`. */
export const programs: readonly { readonly id: string; readonly title: string }[] = [
  { id: 'e | d', title: 'two threads, an operation each: the first look at every interleaving' },
  { id: '[A] d | d e d', title: 'the smallest ABA: naive reuse breaks with one preemption' },
  { id: 'e d | e d', title: "the literature's usual client, which cannot show ABA" },
  { id: 'e d | d e d', title: 'ABA on an empty queue, and every safe scheme clean' },
  { id: 'e e | d d', title: 'a producer and a consumer' },
  { id: '[A B] d | d | e', title: 'three threads, with two values in the queue' },
  { id: 'e | e | d', title: 'two producers and a consumer' },
  { id: 'e e | e d e', title: 'a tag of next that begins anew: explore it with --mutant boost-59' },
  { id: '[A B] d | d e d e', title: 'a false "empty": explore it with --mutant ponyc-5820' },
];
