import { spawn } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../src/host/package-folder.ts';
import { buildMutant } from '../../src/mutant/build.ts';
import type { Mutant, Witness } from '../../src/mutant/file.ts';
import { exploreWitness, type Witnessed } from './witness.ts';

/** What came of a mutant: what the explorer saw, or the tests that turned red. */
export interface Killed {
  readonly executions?: number;
  readonly bad?: number;
  readonly complete?: boolean;
  readonly kinds?: readonly string[];
  readonly red?: readonly string[];
}

const LIMIT_MS = 600_000;

/** Builds a mutant and runs its witness on it. */
export async function runMutant(mutant: Mutant): Promise<Killed> {
  const folder = await buildMutant(mutant);
  return mutant.witness.tests ? redTests(folder, mutant.witness.tests) : explored(folder, mutant.witness);
}

/** Runs a witness on the lab as it is. */
export function runControl(witness: Witness): Promise<Killed> {
  return exploreWitness(packageFolder, witness);
}

async function explored(folder: string, witness: Witness): Promise<Killed> {
  const script = join(import.meta.dirname, 'witness-process.ts');
  const args = ['--import', 'tsx', script, folder, JSON.stringify(witness)];
  const { status, out, err } = await ended(args, packageFolder);
  if (status !== 0) throw new Error(`The witness of ${folder} ended with status ${status}: ${err}`);
  return JSON.parse(out) as Witnessed;
}

/** The files among these that fail on a copy of the lab. */
async function redTests(folder: string, tests: readonly string[]): Promise<Killed> {
  rmSync(join(folder, 'test'), { recursive: true, force: true });
  cpSync(join(packageFolder, 'test'), join(folder, 'test'), { recursive: true });
  const red: string[] = [];
  for (const test of tests) {
    const vitest = join(packageFolder, 'node_modules/vitest/vitest.mjs');
    const args = [
      vitest,
      'run',
      '--config',
      'test/vitest.config.ts',
      '--root',
      '.',
      '--reporter',
      'json',
      test,
    ];
    const { out } = await ended(args, folder);
    // A file that cannot even be loaded has no tests, and is no kill.
    const { numFailedTests = 0 } = JSON.parse(out) as Record<string, number>;
    if (numFailedTests > 0) red.push(test);
  }
  return { red };
}

function ended(
  args: readonly string[],
  cwd: string,
): Promise<{ status: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', reject).on('close', (status) => resolve({ status, out, err }));
  });
}

/** What came of a mutant, and what of it is not as it should be: the lab itself has to be clean on the same witness. */
export async function judgeMutant(
  mutant: Mutant,
): Promise<{ readonly outcome: Killed; readonly wrong: readonly string[] }> {
  const { id, equivalent, witness } = mutant;
  const outcome = await runMutant(mutant);
  const wrong: string[] = [];
  const survives = isClean(outcome);
  if (survives !== (equivalent !== undefined))
    wrong.push(`${id} ${survives ? 'was not found' : 'is said to be equivalent, and is not'}`);
  if (witness.program !== undefined && !isClean(await runControl(witness)))
    wrong.push(`the lab itself is not clean on the witness of ${id}`);
  return { outcome, wrong };
}

/** An outcome in a few words. */
export function told({ executions, bad, kinds = [], red = [] }: Killed): string {
  if (executions === undefined) return `red: ${red.join(', ') || 'nothing'}`;
  return `${bad} of ${executions} executions bad${kinds.length === 0 ? '' : `: ${kinds.join(', ')}`}`;
}

/** Nothing saw the mutant. */
export function isClean({ bad = 0, complete = false, kinds = [], red }: Killed): boolean {
  return red ? red.length === 0 : bad === 0 && complete && kinds.length === 0;
}
