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
