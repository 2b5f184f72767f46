import { vi } from 'vitest';
import { commandsFor } from '../../dist/src/cli/commands/all.js';
import { runLab } from '../../dist/src/cli/lab.js';
import type { Outcome } from './lab.ts';

/** Runs a command line in this process, which is quicker than to start one, and may take longer than `lab` allows. */
export async function inside(args: readonly string[]): Promise<Outcome> {
  let [stdout, stderr] = ['', ''];
  const streams = [
    vi.spyOn(process.stdout, 'write').mockImplementation((sent) => (stdout += String(sent)) !== ''),
    vi.spyOn(process.stderr, 'write').mockImplementation((sent) => (stderr += String(sent)) !== ''),
  ];
  try {
    const status = await runLab(args, await commandsFor(args), new AbortController().signal);
    return { status, stdout, stderr };
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
}
