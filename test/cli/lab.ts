import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const main: string = join(import.meta.dirname, '../../dist/src/cli/main.js');

/** The environment without what decides about colours and widths, so that a test says what it means. */
function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const colours = ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'COLUMNS'];
  const own = Object.entries(process.env).filter(([name]) => !colours.includes(name));
  return { ...Object.fromEntries(own), ...more };
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the compiled command line to its end. */
export function lab(args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: environment(env),
    timeout: 50_000,
  });
  return { status, stdout, stderr };
}

/** Starts the compiled command line. */
export function start(args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, [main, ...args], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'lockfree-lab-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
