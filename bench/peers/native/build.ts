/**
 * Compiles the native programs of this folder with g++, where there is one, when they are first measured. A program is kept in
 * `dist/native` under a hash of everything that it was made from, and made anew when any of that changes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { packageFolder } from '../../../src/host/package-folder.ts';
import * as layout from '../../../src/kernel/layout.ts';
import { type Ended, runToEnd } from '../../../src/host/subprocess.ts';

/** How a program is made. */
export interface Recipe {
  /** The name of its source without the ending. */
  readonly name: string;
  /** What has to be there to make it, as a path for `#include`, and the Debian package that brings it; null if nothing has. */
  readonly needs: { readonly header: string; readonly package: string } | null;
  readonly flags: readonly string[];
  readonly libraries: readonly string[];
}

/** A program that is ready to run, or a sentence about why there is none. */
export type Built = { readonly program: string } | { readonly missing: string };

const FOLDER = join(packageFolder, 'bench/peers/native');
const MADE = join(packageFolder, 'dist/native');
/** No -march: WebAssembly is compiled for any machine of the architecture as well. */
const FLAGS = ['-O3', '-std=c++20', '-pthread', '-Wall', '-Wextra', '-Werror'];
const SECONDS = 120;

/** The constants of the layout as C++: nobody writes them twice. */
export function layoutHeader(): string {
  const constants = Object.entries(layout).filter(([, value]) => typeof value === 'number');
  const lines = constants.map(([name, value]) => `constexpr int ${name} = ${String(value)};`);
  return ['#pragma once', 'namespace layout {', ...lines, '}', ''].join('\n');
}

/** A property of this machine and these sources, so it is asked once in a process. */
const known = new Map<string, Built>();

/**
 * The program of a recipe, made if it has to be. That it cannot be made is no error.
 *
 * @throws the reason of the signal, once it is aborted: the compiler has ended then
 */
export async function build(recipe: Recipe, signal?: AbortSignal): Promise<Built> {
  const key = JSON.stringify(recipe);
  const built = known.get(key) ?? (await make(recipe, signal));
  known.set(key, built);
  return built;
}

async function make({ name, needs, flags, libraries }: Recipe, signal?: AbortSignal): Promise<Built> {
  const compiler = await compile(['--version'], '', signal);
  if (compiler.status !== 0) return { missing: 'there is no g++ on this machine' };
  if (needs !== null && !(await hasHeader(needs.header, signal)))
    return { missing: `its header ${needs.header} is not here (Debian: apt-get install ${needs.package})` };
  const header = layoutHeader();
  const all = [...FLAGS, ...flags];
  const source = join(FOLDER, `${name}.cpp`);
  const hash = createHash('sha256').update(JSON.stringify([compiler.stdout, header, all, libraries]));
  for (const file of [source, join(FOLDER, 'harness.hpp')]) hash.update(readFileSync(file));
  const place = join(MADE, hash.digest('hex').slice(0, 16));
  const program = join(place, name);
  if (existsSync(program)) return { program };
  try {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'layout.hpp'), header);
  } catch (error) {
    return { missing: `${place} cannot be written: ${(error as Error).message}` };
  }
  const unfinished = `${program}.${process.pid}`;
  const linked = libraries.map((library) => `-l${library}`);
  try {
    const ended = await compile([...all, `-I${place}`, source, '-o', unfinished, ...linked], '', signal);
    if (ended.status !== 0) return { missing: `g++ does not compile it: ${complaintOf(ended)}` };
    renameSync(unfinished, program);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return { program };
}

async function hasHeader(header: string, signal?: AbortSignal): Promise<boolean> {
  const args = ['-x', 'c++', '-E', '-fpermissive', '-', '-o', devNull];
  return (await compile(args, `#include <${header}>\n`, signal)).status === 0;
}

function compile(args: readonly string[], input: string, signal?: AbortSignal): Promise<Ended> {
  return runToEnd('g++', args, { input, signal, seconds: SECONDS });
}

function complaintOf({ status, stderr, isLate }: Ended): string {
  if (isLate) return `it took longer than ${SECONDS} s`;
  const [first] = stderr.split('\n').filter((line) => /error|cannot/.test(line));
  return first ?? `it ended with status ${status}`;
}
