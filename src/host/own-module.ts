import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError } from '../errors.ts';

/** What a module exports. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/**
 * Modules of the user's own: schemes and variants of the kernel, and models of what is checked. What they do wrong is told as theirs, so it is known here which there
 * are, and which is being loaded.
 */
const modules = new Set<string>();
let loading: string | null = null;

/** The URLs of the modules of the user's own that were loaded in this thread, in order. */
export function ownModules(): readonly string[] {
  return [...modules];
}

/** The URL of the module that is being loaded; null if there is none. */
export function loadingModule(): string | null {
  return loading;
}

/** A module as people name it: by its path. */
export function pathOf(url: string): string {
  try {
    const { protocol, search } = new URL(url);
    return protocol === 'file:' ? `${fileURLToPath(url)}${search}` : url;
  } catch {
    return url;
  }
}

/** True if a module is a part of this package, as the variants of scenarios are. */
export function isOfTheLab(url: string): boolean {
  const here = new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : '../../', import.meta.url).href;
  return url.startsWith(`${here}scenarios/`) || url.startsWith(`${here}src/`);
}

/**
 * Loads a module by its URL. It may be TypeScript, and it finds this package from any folder. Throws a UsageError with the reason if it
 * cannot be loaded.
 *
 * @param what what it is, as in "The scheme … cannot be loaded"
 */
export async function importOwn(
  url: string,
  what: 'scheme' | 'structure' | 'variant' | 'model',
): Promise<ModuleExports> {
  if (isOfTheLab(url)) return (await import(url)) as ModuleExports;
  modules.add(url);
  const outer = loading;
  loading = url;
  try {
    prepare(url);
    return (await import(url)) as ModuleExports;
  } catch (error) {
    throw new UsageError(`The ${what} ${pathOf(url)} cannot be loaded: ${whyNot(error, url)}`, {
      cause: error,
    });
  } finally {
    loading = outer;
  }
}

/** Of a file that is not there Node says who asked for it, and that is this file. */
function whyNot(error: unknown, url: string): string {
  if (url.startsWith('file:') && !existsSync(new URL(url))) return 'there is no such file.';
  const said = error instanceof Error ? error.message : `it threw ${String(error)}`;
  return /[.!?]$/.test(said) ? said : `${said}.`;
}

type Hooks = Partial<
  Pick<typeof nodeModule, 'register'> & {
    registerHooks(hooks: object): void;
    stripTypeScriptTypes(code: string): string;
  }
>;

let prepared = false;

/** Hooks cost some time, and most modules need none: JavaScript in a project that has this package installed. */
function prepare(url: string): void {
  if (prepared || !url.startsWith('file:')) return;
  const isTyped = /\.m?ts(?:\?|$)/.test(url);
  const canStrip = 'typescript' in process.features && process.features.typescript !== false;
  if (!(isTyped && !canStrip) && findsTheLab(url)) return;
  const { register } = nodeModule as Hooks;
  if (register === undefined) return;
  const hooks = import.meta.url.endsWith('.ts') ? '../../dist/src/host/module-hooks.js' : './module-hooks.js';
  prepared = true;
  register(new URL(hooks, import.meta.url));
}

/** True if the package is found from where the module is. */
function findsTheLab(url: string): boolean {
  try {
    createRequire(url).resolve('lockfree-lab');
    return true;
  } catch {
    return false;
  }
}

/** The URL of a file that a path or URL names. */
export function urlOf(pathOrUrl: string): string {
  return pathOrUrl.startsWith('file:') ? pathOrUrl : pathToFileURL(pathOrUrl).href;
}
