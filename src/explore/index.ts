// For other people's code: `import { check } from 'lockfree-lab/explore'`. See README.md beside this file.
export { atomics } from './user/atomics.ts';
export { check } from './user/check.ts';
export { CheckFailure } from './user/failure.ts';
export type { FailureKind } from './user/judge.ts';
export type {
  Body,
  Call,
  Check,
  Operations,
  Passed,
  Results,
  SequentialModel,
  Shared,
  Thread,
  Threads,
  Values,
} from './user/types.ts';
export type { Declared } from './user/layout.ts';
export type { IntegerArray } from './user/kinds.ts';
export type { WaitResult } from './user/thread-words.ts';
export type { Word } from './user/word.ts';
export { UsageError } from '../errors.ts';
