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
  readonly Module: new (bytes: Uint8Array) => Module;
  readonly Instance: new (
    module: Module,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: object };
}

export const webAssembly: WebAssembly = (globalThis as unknown as { WebAssembly: WebAssembly }).WebAssembly;
