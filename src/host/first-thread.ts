import { isMainThread, workerData } from 'node:worker_threads';

/** The workerData of the thread in which the command line runs a command. */
export interface CommandData {
  readonly role: 'command';
}

/** True in the thread that runs a command or a program of the user's own, and false in the workers that it starts. */
export function isFirstThread(): boolean {
  return isMainThread || isCommand(workerData);
}

function isCommand(data: unknown): data is CommandData {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === 'command';
}
