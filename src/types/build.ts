// Makes the declarations that users see stand alone: part of `npm run build`, after the TypeScript compiler.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standAlone } from './stand-alone.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');

// The compiler writes what has changed since it wrote last, whether or not that is still there.
for (const folder of ['src', 'workers', 'scenarios']) {
  for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || /\.(?:as|d)\.ts$|^report.page.tab|expected/.test(name)) continue;
    const compiled = join(dist, folder, name.replace(/ts$/, 'js'));
    if (existsSync(compiled)) continue;
    process.stderr.write(
      `${compiled} is missing although its source was compiled before: run "npm run clean", then "npm run build".\n`,
    );
    process.exit(1);
  }
}

for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.d.ts')) continue;
  const path = join(dist, name);
  const written = readFileSync(path, 'utf8');
  const text = standAlone(written);
  if (text !== written) writeFileSync(path, text);
}
