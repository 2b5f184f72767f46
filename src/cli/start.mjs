#!/usr/bin/env node
// Starts the command line as it was built, or says in one sentence that it was not.
import { existsSync } from 'node:fs';

const main = new URL('../../dist/src/cli/main.js', import.meta.url);

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 2;
}

if (existsSync(main)) {
  try {
    await import(main.href);
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const [what] = error.message.split(' imported from ');
    refuse(`lockfree-lab is built or installed in part: ${what}: run "npm ci" and "npm run build" again.`);
  }
} else {
  refuse('lockfree-lab is not built, since dist/src/cli/main.js is missing: run "npm run build" first.');
}
