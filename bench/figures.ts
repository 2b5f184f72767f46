/** Writes the report of a result file between the markers of bench/README.md: `node --import tsx bench/figures.ts result.json`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBench } from '../src/bench/result-file.ts';
import { benchText } from '../src/report/bench-table.ts';
import { plainStyle } from '../src/report/style.ts';

const README = join(import.meta.dirname, 'README.md');
const MARKERS = /(<!-- figures:begin[^>]*-->).*?(<!-- figures:end -->)/s;

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Give the result of lockfree-lab bench --out.');
const text = benchText(parseBench(readFileSync(path, 'utf8'), path), plainStyle({ columns: 100 }));
const before = readFileSync(README, 'utf8');
if (!MARKERS.test(before))
  throw new Error('bench/README.md has lost its markers figures:begin and figures:end.');
writeFileSync(
  README,
  before.replace(MARKERS, (_, begin: string, end: string) => `${begin}\n\n\`\`\`\n${text}\n\`\`\`\n\n${end}`),
);
