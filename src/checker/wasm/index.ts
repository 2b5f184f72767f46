// `import { checkWasm } from 'lockfree-lab/wasm'`. See README.md beside this file.
export { CheckFailure } from '../check-failure.ts';
export { checkWasm, type PassedWasm } from './check-wasm.ts';
export type * from './types.ts';
export { UsageError } from '../../errors.ts';
