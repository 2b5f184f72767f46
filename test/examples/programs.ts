import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, blocksOf, documents, root } from './blocks.ts';

/** A program in a document, and what it is said to print. */
export interface Program {
  readonly place: string;
  readonly file: string;
  readonly code: string;
  /** The whole of what it prints, where the next block shows that; else null. */
  readonly output: string | null;
  /** Lines that its comments promise: `console.log(…); // 42`. */
  readonly promised: readonly string[];
}

const EXTENSIONS: Readonly<Record<string, string>> = { js: 'mjs', ts: 'mts' };

/** True for a block that is run as a program. */
export function isProgram({ language, isGenerated }: Block): boolean {
  return Object.hasOwn(EXTENSIONS, language) && !isGenerated;
}

/** True for a block that shows what the program before it prints. */
export function isOutput(block: Block, before: Block | undefined): boolean {
  return block.language === 'text' && before !== undefined && isProgram(before);
}

/** The programs of all documents. */
export function programs(): Program[] {
  return documents().flatMap((document) => {
    const blocks = blocksOf(document);
    return blocks.flatMap((block, i) => {
      if (!isProgram(block)) return [];
      const next = blocks[i + 1];
      const output = next !== undefined && isOutput(next, block) ? next.text : null;
      const extension = EXTENSIONS[block.language]!;
      // A story names the file that it is about.
      const named = new RegExp(`\\b([\\w-]+\\.${extension}):\\d+`).exec(output ?? '')?.[1];
      const promised = [...block.text.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(
        ([, comment]) => comment!,
      );
      return {
        place: `${document}:${block.line}`,
        file: named ?? `${document.replaceAll(/\W/g, '-')}-${block.line}.${extension}`,
        code: block.text,
        output,
        promised,
      };
    });
  });
}

/** What a program prints that uses the package as its users do, from the compiled files. */
export function printedBy({ file, code }: Program): string {
  const folder = join(root, 'out/readme');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, file);
  writeFileSync(path, code);
  const loader = file.endsWith('.mts') ? ['--import', 'tsx'] : [];
  return execFileSync(process.execPath, [...loader, path], { cwd: root, encoding: 'utf8', timeout: 60_000 });
}
