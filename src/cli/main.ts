#!/usr/bin/env node
import { commands } from './commands.ts';
import { failure, INTERNAL, interruptions } from './ending.ts';
import { runLab } from './lab.ts';

const fault = (error: unknown): never => {
  process.stderr.write(`${failure(error, process.argv.slice(2))}\n`);
  process.exit(INTERNAL);
};
process.on('uncaughtException', fault);
process.on('unhandledRejection', fault);

process.exitCode = await runLab(process.argv.slice(2), commands, interruptions());
