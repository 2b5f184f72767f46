import type { Realm, Replacement } from '../classes.ts';
import {
  abortTimeout,
  loopFunctions,
  messageChannel,
  nextTick,
  promiseTimers,
  receiveMessageOnPort,
  refusedIn,
} from './functions.ts';
import { nodeModule } from '../node-module.ts';

const worker = nodeModule('worker_threads');
const timers = nodeModule('timers');
const timersPromises = nodeModule('timers/promises');
const syncImports = nodeModule('module')?.syncBuiltinESMExports;

function each(
  of: (realm: Realm) => object | undefined,
  by: Iterable<readonly [string, unknown]>,
): Replacement[] {
  return Array.from(by, ([name, replacement]) => ({ of, name, by: replacement }));
}

/** What stands in the place of functions and classes of event loops while a check runs, global ones and those of Node's modules. */
export const loopReplacements: readonly Replacement[] = [
  ...each(
    (realm) => realm,
    [...Object.entries(loopFunctions).filter(([name]) => name in globalThis), ...refusedIn(globalThis)],
  ),
  // A test may have put another one there, for its own ends.
  ...(messageChannel === undefined
    ? []
    : [{ of: (realm: Realm) => realm, name: 'MessageChannel', by: messageChannel, over: MessageChannel }]),
  { of: (realm) => (realm as { process?: object }).process, name: 'nextTick', by: nextTick },
  { of: (realm) => (realm as { AbortSignal?: object }).AbortSignal, name: 'timeout', by: abortTimeout },
  ...each(
    () => timers,
    Object.entries(loopFunctions).filter(([name]) => timers !== undefined && name in timers),
  ),
  ...each(() => timersPromises, timersPromises === undefined ? [] : Object.entries(promiseTimers)),
  ...each(
    () => worker,
    worker === undefined
      ? []
      : [
          ['MessageChannel', messageChannel],
          ['receiveMessageOnPort', receiveMessageOnPort],
          ...refusedIn(worker),
        ],
  ),
];

/** What modules import by name from Node's modules is what these hold now. */
export function tellImports(): void {
  syncImports?.();
}
