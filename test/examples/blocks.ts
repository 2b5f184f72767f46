import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root: string = join(import.meta.dirname, '../..');

/** A block of code in a Markdown file. */
export interface Block {
  /** From the root of the repository. */
  readonly file: string;
  /** The line of its fence, from 1. */
  readonly line: number;
  /** What stands behind the fence; empty if nothing does. */
  readonly language: string;
  readonly text: string;
  /** True if it stands between the two lines of a generated block, which `npm run refresh` or `bench/figures.ts` writes. */
  readonly isGenerated: boolean;
}

const SKIPPED = new Set(['node_modules', 'dist', 'out', '.git']);

/** Every Markdown file of the tree. */
export function documents(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : documents(path);
      return entry.name.endsWith('.md') ? [path] : [];
    })
    .toSorted();
}

/** The blocks of a file in order. */
export function blocksOf(file: string): Block[] {
  return blocksIn(readFileSync(join(root, file), 'utf8'), file);
}

export function blocksIn(content: string, file: string): Block[] {
  return [...content.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((match) => {
    const before = content.slice(0, match.index);
    const edges = [...before.matchAll(/^<!-- [\w-]+:(begin|end)\b/gm)];
    return {
      file,
      line: before.split('\n').length,
      language: match[1]!,
      text: match[2]!,
      isGenerated: edges.at(-1)?.[1] === 'begin',
    };
  });
}

/** What stands in backticks within the text, outside of blocks and of generated tables. */
export function inlineOf(file: string): string[] {
  const content = readFileSync(join(root, file), 'utf8').replaceAll(/^```\w*\n.*?^```$/gms, '');
  return [...content.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
}
