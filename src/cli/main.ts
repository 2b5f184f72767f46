#!/usr/bin/env node
import { commandsFor } from './commands.ts';
import { failure, INTERNAL, interruptions } from './ending.ts';
import { runLab } from './lab.ts';

const args = process.argv.slice(2);
const fault = (error: unknown): never => {
  process.stderr.write(`${failure(error, args)}\n`);
  process.exit(INTERNAL);
};
process.on('uncaughtException', fault);
process.on('unhandledRejection', fault);

const signal = interruptions();
process.exitCode = await runLab(args, await commandsFor(args), signal);
