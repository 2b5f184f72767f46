import { writeSync } from 'node:fs';
import { loadingModule, ownModules, pathOf } from '../host/own-module.ts';
import { BAD_USAGE } from './terminal/ending.ts';

/** Sees to it that the command line ends the process, and no code of the user's own. */
export interface Guard {
  /** The command line has ended, or is about to: nothing that happens from now on is the user's code's doing. */
  done(): void;
  /** Ends the process once all is printed, whatever timers the user's code has left running. */
  leave(): Promise<void>;
}

/** From now on an end of the process that the command line did not ask for is told, with the status of bad usage. */
export function guardEnd(signal: AbortSignal): Guard {
  let isDone = false;
  let isAsked = false;
  const { exit } = process;
  process.exit = (status): never => {
    isAsked = true;
    return exit(status);
  };
  process.on('exit', () => {
    if (isDone || signal.aborted || ownModules().length === 0) return;
    writeSync(process.stderr.fd, `${sentence(isAsked)}\n`);
    process.exitCode = BAD_USAGE;
  });
  return {
    done: () => {
      isDone = true;
    },
    leave: async () => {
      isDone = true;
      if (ownModules().length === 0) return;
      await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
      exit();
    },
  };
}

function sentence(isAsked: boolean): string {
  const loading = loadingModule();
  const code = (loading === null ? ownModules() : [loading]).map(pathOf).join(' or ');
  const when = loading === null ? 'before the command was done' : 'while it was loaded';
  return isAsked
    ? `The code of ${code} called process.exit ${when}: leave that out.`
    : `The code of ${code} never came back ${when}: its top-level await has nothing that it could wait for.`;
}
