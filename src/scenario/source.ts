import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileOf } from '../laboratory/labels.ts';
import { sourceOf } from './scenario.ts';

/** A method of the kernel, a scheme or a variant, as its file has it, without comments. */
export interface Method {
  readonly name: string;
  /** The file, from the root of the repository, or its name. */
  readonly file: string;
  readonly lines: readonly string[];
}

const methods = new Map<string, Method | null>();

/** The method that makes the step of a label; null if its source is not to be had. */
export function methodOf(label: string): Method | null {
  const known = methods.get(label);
  if (known !== undefined) return known;
  const found = find(label);
  methods.set(label, found);
  return found;
}

function find(label: string): Method | null {
  const file = fileOf(label);
  const path = file === null ? null : pathOf(file);
  if (file === null || path === null) return null;
  const found = methodIn(readFileSync(path, 'utf8'), label);
  return found && { ...found, file: sourceOf(file) ?? file };
}

/** The method of a text that makes the step of a label; null if there is none. */
export function methodIn(text: string, label: string): Pick<Method, 'name' | 'lines'> | null {
  const lines = text.split('\n').filter((line) => !/^\s*(?:\/\/|\/\*|\*)/.test(line));
  const uses = new RegExp(`[(\\s]${label}[,)]`);
  const at = lines.findIndex((line) => uses.test(line) && !/^(?:import|export)\b/.test(line));
  const begin = lines.slice(0, at + 1).findLastIndex((line) => METHOD.test(line));
  if (at === -1 || begin === -1) return null;
  const depth = /^\s*/.exec(lines[begin])?.[0] ?? '';
  const end = lines.findIndex((line, i) => i > begin && line === `${depth}}`);
  const body = lines.slice(begin, end + 1).map((line) => line.slice(depth.length));
  return { name: METHOD.exec(lines[begin])?.[1] ?? label, lines: body };
}

/** The first line of a method or of a function. */
const METHOD = /^(?:export function |\s{2}(?:(?:private|protected|override|static) )*)(\w+)\(.*\{$/;

/** The TypeScript of the repository or the package; the module itself, if it is a user's. */
function pathOf(file: string): string | null {
  const source = sourceOf(file);
  const candidates = [
    ...(source === null || !source.includes('/') ? [] : [join(root(), source)]),
    ...(file.startsWith('file:') ? [fileURLToPath(file.replace(/\?.*$/, ''))] : [join(root(), file)]),
  ];
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** The folder with package.json, above this file or its compiled counterpart. */
function root(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
