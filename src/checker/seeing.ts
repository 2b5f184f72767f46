import { withMethodsAtOnce } from './at-once-methods.ts';
import { proveSight } from './canary.ts';
import type { CheckedProgram } from './checked-program.ts';
import { withModelled } from './globals.ts';

/** Runs something while the threads of a program find the modelled globals, and the methods that it does at once. */
export function whileSeen<T>({ check, code }: CheckedProgram, run: () => T): T {
  return withModelled(() => {
    proveSight();
    return withMethodsAtOnce(check.atOnce, run);
  }, code);
}
