/**
 * Writes the report of a result file between its markers in bench/README.md: `node --import tsx bench/figures.ts result.json`. The file
 * is what `lockfree-lab bench --out` has kept, or what `lockfree-lab bench --targets --json` has printed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBench } from '../src/bench/result-file.ts';
import type { Judged } from '../src/bench/targets.ts';
import { benchText } from '../src/report/bench-table.ts';
import { plainStyle } from '../src/report/style.ts';
import { targetsText } from '../src/report/targets-text.ts';

const README = join(import.meta.dirname, 'README.md');

const [path] = process.argv.slice(2);
if (path === undefined)
  throw new Error('Give the result of lockfree-lab bench --out, or of --targets --json.');
const contents = readFileSync(path, 'utf8');
const found = JSON.parse(contents) as { kind?: string; targets?: readonly Judged[] };
const style = plainStyle({ columns: 120 });
if (found.kind === 'targets') put('targets', targetsText(found.targets ?? [], style));
else put('figures', benchText(parseBench(contents, path), plainStyle({ columns: 100 })));

function put(name: string, text: string): void {
  const markers = new RegExp(`(<!-- ${name}:begin[^>]*-->).*?(<!-- ${name}:end -->)`, 's');
  const before = readFileSync(README, 'utf8');
  if (!markers.test(before))
    throw new Error(`bench/README.md has lost its markers ${name}:begin and ${name}:end.`);
  writeFileSync(
    README,
    before.replace(
      markers,
      (_, begin: string, end: string) => `${begin}\n\n\`\`\`\n${text}\n\`\`\`\n\n${end}`,
    ),
  );
}
