/**
 * What is used of the compiler, in place of its own declarations (see `paths` in test/tsconfig.json): those bring all of
 * AssemblyScript's global types along, which clash with the kernel's.
 */
interface Options {
  readonly readFile: (name: string, base: string) => string | null;
  readonly writeFile: (name: string, contents: Uint8Array<ArrayBuffer> | string) => void;
  readonly listFiles: (folder: string, base: string) => string[];
}

export function main(
  argv: readonly string[],
  options: Options,
): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
