import { describe, expect, test } from 'vitest';
import type { Block } from './refresh/block.ts';
import { blocks, complaint, refresh, withBlock } from './refresh/blocks.ts';
import { deep, some } from './effort.ts';

/** They run every scenario under every scheme, or search: in the short form they are left to the tests of the scenarios and of the explorer. */
const MEASURED = ['comparison', 'choice', 'curriculum', 'stories', 'aba', 'counts'];
const isOfReport = ({ file }: Block): boolean => /^scenarios\/gallery\/.*\.ts$/.test(file);
/** Those of the gallery's table run all its reports, as its own test does; in the short form some of the reports are looked at. */
const looked = deep
  ? blocks
  : [
      ...blocks.filter(
        (block) =>
          block.file !== 'scenarios/gallery/README.md' &&
          !MEASURED.includes(block.name) &&
          !isOfReport(block),
      ),
      ...some(blocks.filter(isOfReport), 2),
    ];

describe('generated blocks', () => {
  test.each(looked.map((block) => ({ name: block.name, file: block.file, block })))(
    '"$name" in $file is current',
    async ({ block }) => {
      expect(await refresh(block, false), complaint(block)).toBe('current');
    },
  );

  test('no two blocks of a file share a name', () => {
    const keys = blocks.map(({ name, file }) => `${file} ${name}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

function blockIn(file: string, text = 'one\n\ntwo'): Block {
  return { name: 'x', file, text: () => text };
}

describe('the place of a block', () => {
  test.each([
    [
      'a doc comment',
      '/**\n * x:begin\n * old\n * x:end\n */',
      '/**\n * x:begin\n * one\n *\n * two\n * x:end\n */',
    ],
    ['line comments', '  // x:begin\n  // x:end', '  // x:begin\n  // one\n  //\n  // two\n  // x:end'],
    ['a script', '# x:begin\n# x:end', '# x:begin\n# one\n#\n# two\n# x:end'],
    ['code', '/* x:begin */\n/* x:end */', '/* x:begin */\none\n\ntwo\n/* x:end */'],
  ])('is found in %s', async (_, before, after) => {
    expect(await withBlock(before, blockIn('a.ts'))).toBe(after);
    expect(await withBlock(after, blockIn('a.ts'))).toBe(after);
  });

  test('is formatted in Markdown as prettier would', async () => {
    const before = 'a\n\n<!-- x:begin (made by npm run refresh) -->\n<!-- x:end -->\n';
    expect(await withBlock(before, blockIn('README.md', '|a|bb|\n|-|-|\n|1|2|'))).toBe(
      'a\n\n<!-- x:begin (made by npm run refresh) -->\n\n| a   | bb  |\n| --- | --- |\n| 1   | 2   |\n\n<!-- x:end -->\n',
    );
  });

  test('is not mixed up with a block whose name ends or begins alike', async () => {
    const content = '// y-x:begin\n// y-x:end\n// x:begin\n// x:end\n// yx:begin';
    expect(await withBlock(content, blockIn('a.ts', 'one'))).toBe(
      '// y-x:begin\n// y-x:end\n// x:begin\n// one\n// x:end\n// yx:begin',
    );
  });

  test.each([
    ['// x:begin', 'a.ts has 0 lines that say x:end; it needs one'],
    ['// x:begin\n// x:begin\n// x:end', 'a.ts has 2 lines that say x:begin; it needs one'],
    ['// x:end\n// x:begin', 'a.ts has x:end before x:begin'],
  ])('must be there: %j', async (content, message) => {
    await expect(withBlock(content, blockIn('a.ts'))).rejects.toThrow(message);
  });
});
