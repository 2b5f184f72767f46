/** Why the code of a thread, from 1, cannot be run by `check`. */
export function asynchronous(thread: number): string {
  return `The code of T${thread} is asynchronous, and check runs plain synchronous functions: use checkAsync, which takes the same and models await, promises, timers and ports.`;
}

/** The same of `observe`. */
export function asynchronousThere(thread: number): string {
  return `The code of T${thread} is asynchronous, and observe runs plain synchronous functions: let it wait by wait and notify of a word.`;
}

/** The same of something that it uses. */
export function needsAsync(thread: number, what: string): string {
  return `T${thread} uses ${what}, which needs an event loop, and the threads of check have none: use checkAsync, which models it.`;
}

export function waitsAsync(thread: number): string {
  return needsAsync(thread, 'Atomics.waitAsync');
}

/** Why a thread, from 1, cannot use something that is not in the model. */
export function beyond(thread: number, what: string, wayOut: string): string {
  return `T${thread} uses ${what}, which is not modelled: ${wayOut}.`;
}
