import type { ModuleExports } from './own-module.ts';

const modules = new Map<string, ModuleExports>();

/** Lets a page know a module of the lab that a scenario names by its URL. */
export function registerModule(url: string, module: ModuleExports): void {
  modules.set(url, module);
}

/** The module of a URL; undefined if the page does not have it. */
export function variantIn(url: string): ModuleExports | undefined {
  return modules.get(url);
}
