/**
 * The URL of a compiled module beside a scenario: `compiled(import.meta.url, './variant')`. Workers run compiled code only, so under
 * tsx and vitest, where the caller is a .ts file, this names its counterpart in dist.
 */
export function compiled(caller: string, name: string): string {
  const own = new URL(`${name}.js`, caller).href;
  return caller.endsWith('.ts') ? own.replace(/\/scenarios\/(?!.*\/scenarios\/)/, '/dist/scenarios/') : own;
}

/** The source of a module of this repository, as a path from its root; any other is told by its file name. */
export function sourceOf(file: string | null): string | null {
  if (file === null || !/^(?:file|lab):/.test(file)) return file;
  const own = /\/dist\/(scenarios\/[^?]*)\.js$/.exec(file);
  return own ? `${own[1]}.ts` : file.replace(/^.*[\\/]/, '');
}
