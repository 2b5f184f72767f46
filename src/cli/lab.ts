import { ownFault } from '../host/own-fault.ts';
import { UsageError } from '../errors.ts';
import { self, selfName } from '../mutant/self.ts';
import { hang } from '../report/text/columns.ts';
import { plainStyle } from '../report/text/style.ts';
import { closest } from '../suggest.ts';
import { readArguments } from './arguments/arguments.ts';
import { ASK_VERSION } from './commands/all.ts';
import { SCHEMA_VERSION, type Command, type Context, type Result } from './arguments/command.ts';
import {
  AS_CLAIMED,
  BAD_USAGE,
  BROKEN,
  failure,
  INTERNAL,
  Interruption,
  isShortage,
} from './terminal/ending.ts';
import { helpJson, helpOf, overview } from './arguments/help.ts';
import { progressOn } from './terminal/progress.ts';
import { escapeJson, forTerminal, sentenceFor, styleFor, toAscii } from './terminal/style.ts';
import { visible } from '../visible.ts';
import { version } from '../host/package-folder.ts';

/** Runs a command line and returns its exit status. Nothing is thrown: what went wrong has been said on stderr. */
export async function runLab(
  args: readonly string[],
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<number> {
  try {
    return await dispatch(args, commands, signal);
  } catch (error) {
    if (error === signal.reason && error instanceof Interruption) return error.status;
    const isShort = isShortage(error);
    const told = isShort ? error : (ownFault(error) ?? error);
    process.stderr.write(`${sentenceFor(process.stderr, failure(told, args))}\n`);
    return isShort || told instanceof UsageError ? BAD_USAGE : INTERNAL;
  }
}

async function dispatch(
  args: readonly string[],
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<number> {
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  if (at === -1) return withoutCommand(args, commands);
  const name = args[at];
  const rest = args.toSpliced(at, 1);
  if (name === 'help') return dispatch([...rest, '--help'], commands, signal);
  const command = commands.find((each) => each.name === name);
  if (!command) {
    const names = commands.map((each) => each.name);
    throw new UsageError(
      `There is no command "${name}"${closest(name, names)}; the commands are ${names.join(', ')}.`,
    );
  }
  const { options, positionals } = readArguments(command, rest);
  const chosen = {
    json: options['json'] === true,
    ascii: options['ascii'] === true,
    color: options['no-color'] !== true,
  };
  if (options['version'] === true) return tellVersion(chosen.json);
  if (options['help'] === true) {
    if (chosen.json) writeDocument(helpJson([command]));
    else write(helpOf(command, styleFor(process.stdout, chosen)));
    return AS_CLAIMED;
  }
  const context = contextOf(chosen, signal);
  const mutant = options['mutant'];
  if (typeof mutant === 'string') {
    const { runOnMutant } = await import('./mutant.ts');
    return runOnMutant(mutant, args, options['engine'], context);
  }
  return run(command, context, options, positionals);
}

/** An option that needs no command, or none at all. */
function withoutCommand(args: readonly string[], commands: readonly Command[]): number {
  const common = ['--help', '-h', '--json', '--ascii', '--no-color'];
  const unknown = args.find((arg) => !ASK_VERSION.includes(arg) && !common.includes(arg));
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no option ${unknown}${closest(unknown, [...ASK_VERSION, ...common])} without a command; lockfree-lab --help lists the commands.`,
    );
  }
  const json = args.includes('--json');
  if (args.some((arg) => ASK_VERSION.includes(arg))) return tellVersion(json);
  if (json) writeDocument(helpJson(commands));
  else {
    const style = { ascii: args.includes('--ascii'), color: !args.includes('--no-color') };
    write(overview(commands, styleFor(process.stdout, style)));
  }
  return AS_CLAIMED;
}

function tellVersion(json: boolean): number {
  if (json) writeDocument({ version: version() });
  else write(version());
  return AS_CLAIMED;
}

function writeDocument(document: object): void {
  write(escapeJson(JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...document }, null, 2)));
}

async function run(
  command: Command,
  context: Context,
  options: Readonly<Record<string, unknown>>,
  positionals: readonly string[],
): Promise<number> {
  const { signal, json, style, progress } = context;
  let result: Result;
  if (self) {
    const lines = hang('mutant  ', `${self.id}: ${self.title}`, style.columns);
    context.print(`${lines.map((line) => style.note(line)).join('\n')}\n`);
  }
  try {
    result = await command.run(context, options, positionals);
  } finally {
    progress.clear();
  }
  if (json) {
    const document = {
      schemaVersion: SCHEMA_VERSION,
      ...result.document,
      ...(selfName === null ? {} : { mutant: selfName }),
      ...(signal.aborted ? { interrupted: true } : {}),
    };
    // The sentence is printed, and must not bring control characters to a terminal.
    const text = JSON.stringify(document, (_name, value: unknown) => shown(value), 2);
    write(style.ascii ? escapeJson(text) : text);
  }
  if (signal.aborted && signal.reason instanceof Interruption) return signal.reason.status;
  return result.broken ? BROKEN : AS_CLAIMED;
}

function contextOf(
  chosen: { readonly json: boolean; readonly ascii: boolean; readonly color: boolean },
  signal: AbortSignal,
): Context {
  const { json, ascii } = chosen;
  const style = json ? plainStyle({ ascii }) : styleFor(process.stdout, chosen);
  const progress = progressOn(process.stderr, chosen);
  return {
    style,
    json,
    signal,
    progress,
    print: (text) => {
      if (json) return;
      progress.clear();
      write(ascii ? toAscii(forTerminal(text)) : text);
    },
    remark: (text) => {
      progress.clear();
      const seen = forTerminal(text);
      process.stderr.write(`${sentenceFor(process.stderr, ascii ? toAscii(seen) : seen)}\n`);
    },
  };
}

/** A reader that has gone away is no error of ours: see `interruptions`. */
function write(text: string): void {
  if (process.stdout.writable) process.stdout.write(`${forTerminal(text)}\n`);
}

function shown(value: unknown): unknown {
  return typeof value === 'string' ? visible(value, '\n') : value;
}
