#!/usr/bin/env node
// Starts the command line as it was built, or says in one sentence that it was not.
import { existsSync } from 'node:fs';

const main = new URL('../../dist/src/cli/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write(
    'lockfree-lab is not built, since dist/src/cli/main.js is missing: run "npm run build" first.\n',
  );
  process.exitCode = 2;
}
