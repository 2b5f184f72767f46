/**
 * The URL of a compiled module beside a scenario: `compiled(import.meta.url, './variant')`. Workers run compiled code only, so under
 * tsx and vitest, where the caller is a .ts file, this names its counterpart in dist.
 */
export function compiled(caller: string, name: string): string {
  const own = new URL(`${name}.js`, caller).href;
  return caller.endsWith('.ts') ? own.replace(/\/scenarios\/(?!.*\/scenarios\/)/, '/dist/scenarios/') : own;
}
