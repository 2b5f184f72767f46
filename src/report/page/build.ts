// Makes the scripts and the style that pages carry, unless what is there is of these very sources: part of `npm run build`.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** What the files are made of: the sources, what is known of the mutants, the compiler’s options, and the tools by their versions. */
const SOURCES = ['src', 'scenarios', 'test/mutants', 'tsconfig.json', 'package-lock.json'];
/** What is made. The compiler writes the second one too, where its source is new or all is compiled once more. */
const MADE = ['dist/src/report/page/template.json', 'dist/src/report/plots/d3.js'];
const STAMP = join(root, 'dist/src/report/page/build.stamp');

/** The files of a folder, or the file itself, in order. */
function filesOf(name: string): string[] {
  if (/\.\w+$/.test(name)) return [name];
  const entries = readdirSync(join(root, name), { recursive: true, withFileTypes: true });
  return entries
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .toSorted();
}

/** A hash of all of them; null if one of the files is missing. */
function stampNow(): string | null {
  const hash = createHash('sha256');
  try {
    for (const path of [...SOURCES, ...MADE].flatMap(filesOf)) {
      hash.update(path).update(readFileSync(path.startsWith(root) ? path : join(root, path)));
    }
  } catch {
    return null;
  }
  return hash.digest('hex');
}

function stamped(): string | null {
  try {
    return readFileSync(STAMP, 'utf8');
  } catch {
    return null;
  }
}

const stamp = stampNow();
if (stamp === null || stamp !== stamped()) {
  await import('./build-files.ts');
  writeFileSync(STAMP, stampNow() ?? '');
}
