import type * as asyncHooks from 'node:async_hooks';
import type * as crypto from 'node:crypto';
import type * as fs from 'node:fs';
import type * as module from 'node:module';
import type * as os from 'node:os';
import type * as path from 'node:path';
import type * as nodeProcess from 'node:process';
import type * as timers from 'node:timers';
import type * as timersPromises from 'node:timers/promises';
import type * as util from 'node:util';
import type * as v8 from 'node:v8';
import type * as workerThreads from 'node:worker_threads';

/** Modules of Node whose functions are modelled or used. */
interface Modules {
  readonly async_hooks: typeof asyncHooks;
  readonly crypto: typeof crypto;
  readonly fs: typeof fs;
  readonly module: typeof module;
  readonly os: typeof os;
  readonly path: typeof path;
  readonly process: typeof nodeProcess;
  readonly timers: typeof timers;
  readonly 'timers/promises': typeof timersPromises;
  readonly util: typeof util;
  readonly v8: typeof v8;
  readonly worker_threads: typeof workerThreads;
}

const ask = (
  globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
).process?.getBuiltinModule?.bind(globalThis.process);

/** A module of Node, asked for and not imported, so that the checker can be bundled for a page; undefined where there is none. */
export function nodeModule<N extends keyof Modules>(name: N): Modules[N] | undefined {
  return ask?.(`node:${name}`) as Modules[N] | undefined;
}
