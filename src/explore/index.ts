// For other people's code: `import { check } from 'lockfree-lab/explore'`. See README.md beside this file.
export { atomics } from './user/atomics.ts';
export { selfCheck } from './user/canary.ts';
export { check } from './user/check.ts';
export { checkObject } from './user/check-object.ts';
export { loaded } from './user/loaded.ts';
export { CheckFailure } from './user/check-failure.ts';
export type * from './user/types.ts';
export { UsageError } from '../errors.ts';
