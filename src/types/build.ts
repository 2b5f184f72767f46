// Makes the declarations that users see stand alone: part of `npm run build`, after the TypeScript compiler.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standAlone } from './stand-alone.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.d.ts')) continue;
  const path = join(dist, name);
  const written = readFileSync(path, 'utf8');
  const text = standAlone(written);
  if (text !== written) writeFileSync(path, text);
}
