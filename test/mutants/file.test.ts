import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findMutant } from '../../src/mutant/mutant.ts';
import { recordedName } from '../../src/mutant/self.ts';
import { folder } from '../cli/lab.ts';

/** A file of the user's own. */
function file(name: string, text: string): string {
  const path = join(folder(), name);
  writeFileSync(path, text);
  return path;
}

const DIFF = `diff --git a/src/kernel/words.ts b/src/kernel/words.ts
index 1..2 100644
--- a/src/kernel/words.ts
+++ b/src/kernel/words.ts
@@ -1,3 +1,3 @@ class
 one
-two
+deux
 three
@@ -10 +10 @@
-ten
+dix
`;

describe('a mutant in a file', () => {
  test('is a diff: each hunk is a text and what stands there instead', () => {
    const path = file('bug.diff', DIFF);
    expect(findMutant(path)).toEqual({
      id: path,
      row: '',
      title: 'bug.diff',
      origin: path,
      edits: [
        { file: 'src/kernel/words.ts', search: ['one', 'two', 'three'], replace: ['one', 'deux', 'three'] },
        { file: 'src/kernel/words.ts', search: ['ten'], replace: ['dix'] },
      ],
      witness: { scheme: 'naive' },
    });
  });

  test('is called by its name and a hash of its edits in what is recorded', () => {
    const named = recordedName(findMutant(file('bug.diff', DIFF)));
    expect(named).toMatch(/^bug\.diff \([0-9a-f]{12}\)$/);
    expect(recordedName(findMutant(file('bug.diff', DIFF.replace('deux', 'dos'))))).not.toBe(named);
    expect(recordedName(findMutant('cs431-289'))).toBe('cs431-289');
  });

  test('is JSON as in test/mutants', () => {
    const { edits, title, witness } = findMutant('cs431-289');
    const path = file('own.json', JSON.stringify({ edits, title, witness }));
    expect(findMutant(path)).toMatchObject({ id: path, edits, title, witness });
  });

  test.each([
    ['a.diff', 'no diff at all', 'changes nothing: it has no hunk'],
    ['b.diff', '@@ -1 +1 @@\n-a\n+b\n', 'has a hunk before it names a file'],
    ['c.diff', '+++ b/src/a.ts\n@@ -0,0 +1 @@\n+b\n', 'has no line of the old text'],
    ['d.diff', '+++ b/../a.ts\n@@ -1 +1 @@\n-a\n+b\n', 'changes "../a.ts": it may change files in src'],
    [
      'e.diff',
      '+++ b/package.json\n@@ -1 +1 @@\n-a\n+b\n',
      'changes "package.json": it may change files in src',
    ],
    ['f.json', '{', 'is no JSON document'],
    ['g.json', '{"edits":[]}', 'is not as in test/mutants: edits: '],
    ['h.json', '{"edits":[{"file":"src/a.ts","search":"x","replace":["y"]}]}', 'edits.0.search: '],
  ])('%s of %j is refused', (name, text, sentence) => {
    expect(() => findMutant(file(name, text))).toThrow(sentence);
  });

  test('that is not there is said', () => {
    expect(() => findMutant('./no-such.diff')).toThrow('cannot be read (ENOENT)');
  });
});
