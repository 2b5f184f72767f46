import * as v from 'valibot';
import { type Module, type SharedMemory, webAssembly } from './webassembly.ts';

/** What a worker needs to run the compiled kernel, beside the words. Both can be posted. */
export interface CompiledKernel {
  readonly memory: SharedMemory;
  readonly module: Module;
}

/** It as a worker is given it. */
export const COMPILED_KERNEL: v.GenericSchema<unknown, CompiledKernel> = v.strictObject({
  memory: v.instance(webAssembly.Memory),
  module: v.instance(webAssembly.Module),
});
