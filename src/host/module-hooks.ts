// Hooks of Node's loader for modules of the user's own: they find this package from any folder, and may be TypeScript on a Node that
// takes none. They run in a thread of their own.
import { readFile } from 'node:fs/promises';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

interface Context {
  readonly parentURL?: string;
  readonly [name: string]: unknown;
}

type Next = (name: string, context: Context) => Promise<Resolved>;

interface Resolved {
  readonly [name: string]: unknown;
}

/** What the module's own folder does not lead to is this very package. */
export async function resolve(specifier: string, context: Context, next: Next): Promise<Resolved> {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!/^lockfree-lab(?:\/|$)/.test(specifier)) throw error;
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
}

/** A TypeScript module without its types: what is left has the same lines and columns. */
export async function load(url: string, context: Context, next: Next): Promise<Resolved> {
  if (!/^file:.*\.m?ts(?:\?|$)/.test(url)) return next(url, context);
  const path = fileURLToPath(url.replace(/\?.*$/, ''));
  const strip = await stripper(path);
  return { format: 'module', shortCircuit: true, source: strip(await readFile(path, 'utf8'), path) };
}

type Strip = (code: string, path: string) => string;

/** Node's own, or where it has none the one that it has later. */
async function stripper(path: string): Promise<Strip> {
  const own = (nodeModule as { stripTypeScriptTypes?: (code: string) => string }).stripTypeScriptTypes;
  if (own !== undefined) return (code) => own(code);
  const name = '@swc/wasm-typescript';
  const swc = (await import(name).catch(() => {
    throw new Error(
      `Node ${process.version} takes no TypeScript and ${name} is not installed: take Node 22.18 or later, or compile ${path} to JavaScript`,
    );
  })) as { transformSync(code: string, options: object): { code: string } };
  return (code) => {
    try {
      return swc.transformSync(code, { mode: 'strip-only', filename: path, module: true }).code;
    } catch (error) {
      throw new Error(saying(error), { cause: error });
    }
  };
}

/** The compiler throws plain objects. */
function saying(error: unknown): string {
  const { message, startLine } = error as { message?: string; startLine?: number };
  return `${message ?? String(error)}${startLine === undefined ? '' : ` (line ${startLine})`}`;
}
