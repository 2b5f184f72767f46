import * as v from 'valibot';
import type { CommandData } from '../host/first-thread.ts';
import type { StreamFacts } from './terminal/stream.ts';

/** The workerData of the thread in which a command runs. */
export interface CommandThreadData extends CommandData {
  readonly streams: readonly [stdout: StreamFacts, stderr: StreamFacts];
  /** Where it writes which code of the model it is running. */
  readonly whereabouts: SharedArrayBuffer;
}

const STREAM_FACTS: v.GenericSchema<unknown, StreamFacts> = v.strictObject({
  fd: v.number(),
  isTTY: v.boolean(),
  columns: v.union([v.undefined(), v.number()]),
});

/** It as that thread reads it. The one that starts it does not load this file. */
export const COMMAND_THREAD_DATA: v.GenericSchema<unknown, CommandThreadData> = v.strictObject({
  role: v.literal('command'),
  streams: v.strictTuple([STREAM_FACTS, STREAM_FACTS]),
  whereabouts: v.instance(SharedArrayBuffer),
});
