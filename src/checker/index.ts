// For other people's code: `import { check } from 'lockfree-lab/explore'`. See README.md beside this file.
export { atomics } from './atomics.ts';
export { selfCheck } from './canary.ts';
export { check } from './check.ts';
export { checkAsync, checkObjectAsync } from './check-async.ts';
export { checkModule } from './check-module.ts';
export { checkObject } from './check-object.ts';
export { loaded } from './globals.ts';
export { CheckFailure } from './check-failure.ts';
export { ObservationFailure, observe } from './observe.ts';
export type * from './observe-types.ts';
export type { FailureRecord, StoryRow } from './failure-record.ts';
export type * from './types.ts';
export { UsageError } from '../errors.ts';
