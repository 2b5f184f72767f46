import { readFileSync } from 'node:fs';
import { scenarios } from '../../scenarios/index.ts';
import { schemes, splitSpec } from '../laboratory/registry.ts';
import { isPath, splitProgram } from '../laboratory/program.ts';
import { UsageError } from '../errors.ts';
import { selfName } from '../mutant/self.ts';
import { parseTrace, parseTraceSoFar } from '../observe/trace-file.ts';
import type { Trace, TraceHeader } from '../observe/trace.ts';
import { shellWord, visible } from '../visible.ts';
import { programAsked } from './arguments/module-url.ts';

/** Reads a trace file. Throws a UsageError if it is not whole and as it was written. */
export function readTrace(path: string): Trace {
  return parseTrace(textOf(path), path);
}

/** The same for one that may have been cut short, with a sentence about that. */
export function readTraceSoFar(path: string): ReturnType<typeof parseTraceSoFar> {
  return parseTraceSoFar(textOf(path), path);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `The trace ${visible(path)} cannot be read (${code ?? message}): give the path of a file.`,
      { cause: error },
    );
  }
}

/**
 * The scheme that a recorded file names, to be chosen. A file never runs code: what it names is the lab's own, and a scheme of a
 * user's own comes from the command line.
 *
 * @param file what the file is and where, as in `the trace x.jsonl`
 * @param recorded the scheme as the file has it
 * @param given what the command line says, or null
 * @throws UsageError if the two do not go together
 */
export function schemeFrom(file: string, recorded: string, given: string | null): string {
  const [name, parameters] = splitSpec(recorded);
  if (isBuiltIn(name)) {
    if (given === null || given === name || given === recorded) return recorded;
    throw new UsageError(
      `${upper(file)} was made under ${visible(recorded)}, and --scheme says ${given}: leave --scheme out.`,
    );
  }
  if (given === null) {
    throw new UsageError(
      `${upper(file)} was made under a scheme of a user's own, ${visible(name)}, and a file never runs code: name the module yourself, as in --scheme ./mine.js.`,
    );
  }
  const [own, set] = splitSpec(given);
  if (isBuiltIn(own)) {
    throw new UsageError(
      `${upper(file)} was made under a scheme of a user's own, ${visible(name)}, which ${own} is not: give its module, as in --scheme ./mine.js.`,
    );
  }
  return set === '' && parameters !== '' ? `${own}:${parameters}` : given;
}

/**
 * The program that a recorded file names, with its structure. A file never runs code: a structure of a user's own comes from the command
 * line.
 *
 * @param file what the file is and where, as in `the trace x.jsonl`
 * @param given what the command line says, or null
 * @throws UsageError if the two do not go together
 */
export async function programFrom(file: string, recorded: string, given: string | null): Promise<string> {
  const { structure, body } = splitProgram(recorded);
  const isOwn = structure !== null && isPath(structure);
  if (isOwn && (given === null || !isPath(given))) {
    throw new UsageError(
      `${upper(file)} was made with a structure of a user's own, ${visible(structure)}, and a file never runs code: name the module yourself, as in --structure ./mine.js.`,
    );
  }
  return given === null ? recorded : programAsked(given, isOwn ? body : recorded);
}

/**
 * The scheme of a trace, and the name by which its scenario knows it: the key of a case of the lab's own, which may have a scheme that
 * is no other scenario's; else the same as the scheme.
 */
export function schemeOfTrace(
  path: string,
  header: TraceHeader,
  given: string | null,
): { readonly spec: string; readonly name: string } {
  const scenario = scenarios.find(({ id }) => id === header.subject);
  const known = given === null ? scenario?.cases.find(({ key }) => key === header.case) : undefined;
  if (known) return { spec: known.spec, name: known.key };
  const spec = schemeFrom(`the trace ${visible(path)}`, header.scheme, given);
  return { spec, name: spec };
}

/**
 * Throws a UsageError if a trace was made by another kernel than this one's: by a mutant and this is the lab itself, or by the lab and this
 * is a mutant.
 */
export function checkKernel(path: string, header: TraceHeader): void {
  const mutant = header.mutant ?? null;
  if (mutant === selfName) return;
  const trace = `The trace ${visible(path)}`;
  if (mutant === null) {
    throw new UsageError(
      `${trace} was made by the lab itself, and this is its mutant ${selfName}: leave --mutant out.`,
    );
  }
  const isFile = /^(.*) \(\w+\)$/.exec(mutant);
  const given = isFile
    ? `its file, as in --mutant ${shellWord(`./${isFile[1]}`)}`
    : `--mutant ${shellWord(mutant)}`;
  const now = selfName === null ? 'the lab itself' : `its mutant ${selfName}`;
  throw new UsageError(
    `${trace} was made by the mutant ${visible(mutant)} of the lab, and this is ${now}: give ${given}.`,
  );
}

function isBuiltIn(name: string): boolean {
  return schemes.some(({ ID }) => ID === name);
}

function upper(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
