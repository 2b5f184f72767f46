#!/usr/bin/env node
import { ownFault } from '../engines/own-fault.ts';
import { commandsFor } from './commands.ts';
import { BAD_USAGE, failure, INTERNAL, interruptions } from './ending.ts';
import { guardEnd } from './guard.ts';
import { runLab } from './lab.ts';

const args = process.argv.slice(2);
const signal = interruptions();
const guard = guardEnd(signal);
const fault = (error: unknown): never => {
  guard.done();
  const own = ownFault(error);
  process.stderr.write(`${failure(own ?? error, args)}\n`);
  process.exit(own ? BAD_USAGE : INTERNAL);
};
process.on('uncaughtException', fault);
process.on('unhandledRejection', fault);

process.exitCode = await runLab(args, await commandsFor(args), signal);
await guard.leave();
