import * as v from 'valibot';

/**
 * What is used of WebAssembly: the library of the language leaves its types to that of the browser. A `WebAssembly.Memory` and a
 * `WebAssembly.Module` of any environment are a `SharedMemory` and a `Module`.
 */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
}

/** A compiled module. It can be posted to a worker, as the memory can. */
export type Module = object;

interface WebAssembly {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
  readonly Module: {
    new (bytes: Uint8Array): Module;
    customSections(module: Module, name: string): ArrayBuffer[];
  };
  readonly Instance: new (
    module: Module,
    imports: Readonly<Record<string, object>>,
  ) => { readonly exports: object };
}

export const webAssembly: WebAssembly = (globalThis as unknown as { WebAssembly: WebAssembly }).WebAssembly;

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
