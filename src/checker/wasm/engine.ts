/**
 * What is used of WebAssembly, whose types the library of the language leaves to that of the browser. It is the platform's own, taken before a
 * check puts anything in its place.
 */
export interface EngineMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface EngineGlobal {
  value: unknown;
}

/** Compiled code. */
export type CompiledModule = object;

export interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}

type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Engine {
  readonly Memory: new (of: { initial: number; maximum?: number }) => EngineMemory;
  readonly Module: new (bytes: Uint8Array) => CompiledModule;
  readonly Instance: new (module: CompiledModule, imports: Imports) => Instance;
  readonly Global: new (of: { value: string; mutable: boolean }, value: unknown) => EngineGlobal;
  /** Newer engines have it. */
  readonly Tag?: new (of: { parameters: readonly string[] }) => object;
  readonly RuntimeError: new (message: string) => Error;
  readonly isMemory: (value: unknown) => value is EngineMemory;
}

const { Memory, Module, Instance, Global, Tag, RuntimeError } = (
  globalThis as unknown as { WebAssembly: Omit<Engine, 'isMemory'> }
).WebAssembly;

export const engine: Engine = {
  Memory,
  Module,
  Instance,
  Global,
  RuntimeError,
  isMemory: (value) => value instanceof Memory,
  ...(Tag === undefined ? {} : { Tag }),
};

/** A page of memory. */
export const PAGE = 65536;
