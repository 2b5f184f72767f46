import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { beyondPrograms, equivalents, killMatrix } from '../mutants/table.ts';
import { invariantsAbout, invariantsComment, invariantsTable, SLAB_WORDS } from './invariants.ts';
import { cardOfStructure, structures } from '../../src/laboratory/structures.ts';
import type { Block } from './block.ts';
import { drawing } from '../kernel/drawing.ts';
import { glossaryMarkdown } from './glossary.ts';
import { abaPicture } from './aba-picture.ts';
import { curriculum, example, stories } from './curriculum.ts';
import { galleryBlocks } from './gallery.ts';
import { costsTable } from './costs.ts';
import { matrixStories, matrixTable } from './matrix.ts';
import { countsTable } from './kernel-counts.ts';
import { ratesTable } from './rates.ts';
import { singleTables } from './single.ts';
import { startsTable } from './starts.ts';
import { strategiesTable } from './strategies.ts';
import { missedTable, targetsBlock } from './targets.ts';
import { abaStory, choice, commandsTable, comparison, firstWords } from './readme.ts';
import { shown, withoutTypes } from './own-code.ts';

/** All generated blocks. To add one, add it here and put its two lines into the file. */
export const blocks: readonly Block[] = [
  { name: 'drawing', file: 'src/kernel/layout.ts', text: drawing },
  ...structures.map((structure) => ({
    name: 'invariants',
    file: `src/kernel/structures/${structure.ID}.ts`,
    text: () => invariantsComment(structure),
  })),
  ...structures.flatMap((structure) =>
    cardOfStructure(structure).roots.map(({ name }) => ({
      name: `about-${name}`,
      file: `src/kernel/structures/${structure.ID}.ts`,
      text: () => invariantsAbout(name, structure),
    })),
  ),
  ...SLAB_WORDS.map((word) => ({
    name: `about-${word}`,
    file: 'src/kernel/layout.ts',
    text: () => invariantsAbout(word, 'slab'),
  })),
  { name: 'invariants', file: 'src/kernel/slab.ts', text: () => invariantsComment('slab') },
  { name: 'invariants', file: 'src/kernel/README.md', text: invariantsTable },
  { name: 'aba', file: 'README.md', text: abaStory },
  { name: 'aba', file: '.github/aba.svg', text: abaPicture },
  { name: 'words', file: 'README.md', text: firstWords },
  { name: 'comparison', file: 'README.md', text: comparison },
  { name: 'costs', file: 'README.md', text: () => costsTable() },
  { name: 'matrix', file: 'README.md', text: () => matrixTable() },
  { name: 'starts', file: 'bench/README.md', text: () => startsTable() },
  { name: 'single', file: 'bench/README.md', text: () => singleTables() },
  { name: 'missed', file: 'bench/README.md', text: () => missedTable() },
  { name: 'targets', file: 'bench/README.md', text: () => targetsBlock() },
  { name: 'rates', file: 'bench/README.md', text: () => ratesTable() },
  { name: 'scheme', file: 'scenarios/own/delayed-reuse.js', text: () => withoutTypes('delayed-reuse') },
  { name: 'scheme', file: 'README.md', text: () => shown('delayed-reuse') },
  { name: 'recipe', file: 'README.md', text: () => shown('sleeping-consumer') },
  { name: 'commands', file: 'README.md', text: commandsTable },
  { name: 'glossary', file: 'src/report/README.md', text: () => glossaryMarkdown(2) },
  { name: 'counts', file: 'src/search/README.md', text: countsTable },
  { name: 'strategies', file: 'src/search/README.md', text: strategiesTable },
  { name: 'choice', file: 'scenarios/README.md', text: choice },
  { name: 'curriculum', file: 'scenarios/README.md', text: curriculum },
  { name: 'stories', file: 'scenarios/README.md', text: stories },
  { name: 'example', file: 'scenarios/README.md', text: example },
  { name: 'stories-of-matrix', file: 'scenarios/README.md', text: () => matrixStories() },
  ...galleryBlocks,
  { name: 'mutants', file: 'scenarios/README.md', text: killMatrix },
  { name: 'equivalents', file: 'scenarios/README.md', text: equivalents },
  { name: 'beyond-programs', file: 'scenarios/README.md', text: beyondPrograms },
];

const root = join(import.meta.dirname, '../..');

/** The file's content with the block in place. Throws if the two lines are not there, each once and in order. */
export async function withBlock(content: string, block: Block): Promise<string> {
  const lines = content.split('\n');
  const [begin, end] = ['begin', 'end'].map((edge) => only(lines, block, edge)) as [number, number];
  if (end < begin) throw new Error(`${block.file} has ${block.name}:end before ${block.name}:begin`);
  const prefix = /^\s*(?:(?:\*|\/\/|#)\s)?/.exec(lines[begin]!)![0];
  const inside = (await textOf(block)).split('\n').map((line) => `${prefix}${line}`.trimEnd());
  return [...lines.slice(0, begin + 1), ...inside, ...lines.slice(end)].join('\n');
}

function only(lines: readonly string[], block: Block, edge: string): number {
  const mark = new RegExp(`(?<![\\w-])${block.name}:${edge}(?![\\w-])`);
  const found = lines.flatMap((line, i) => (mark.test(line) ? [i] : []));
  if (found.length !== 1) {
    throw new Error(`${block.file} has ${found.length} lines that say ${block.name}:${edge}; it needs one`);
  }
  return found[0]!;
}

async function textOf({ file, text }: Block): Promise<string> {
  const plain = await text();
  if (!file.endsWith('.md')) return plain;
  const config = await resolveConfig(join(root, file));
  return `\n${await format(plain, { ...config, parser: 'markdown' })}`;
}

/** Whether the block's file says what it should; with `write` it does afterwards. */
export async function refresh(block: Block, write: boolean): Promise<'current' | 'stale'> {
  const path = join(root, block.file);
  const before = await readFile(path, 'utf8');
  const after = await withBlock(before, block);
  if (after === before) return 'current';
  if (write) await writeFile(path, after);
  return 'stale';
}

/** The sentence about a stale block. */
export function complaint({ name, file }: Block): string {
  return `The block "${name}" in ${file} is stale: run "npm run refresh" and commit what it changes.`;
}
