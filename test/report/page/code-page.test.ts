import { describe, expect, test } from 'vitest';
import * as library from '../../../src/checker/index.ts';
import { codeExamples, codePage } from '../../../src/report/page/code-page.ts';
import { codePlaceOf, hashOfCode } from '../../../src/report/page/tab/code-place.ts';
import { codeScript, prepared } from '../../../src/report/page/tab/code-text.ts';
import { said } from './said.ts';

const NAMES = Object.keys(library);

test('the page for code of its reader says the same twice, is small, and has the examples as they stand', () => {
  const page = codePage('npm run site');
  expect(codePage('npm run site')).toBe(page);
  expect(Buffer.byteLength(page)).toBeLessThan(300_000);
  for (const { title } of codeExamples()) expect(said(page)).toContain(title);
  expect(() => codeExamples('<!-- example a: A -->\n\n```js\n1;\n```\n')).toThrow('has no example');
});

const body = (code: string): string => {
  const ready = prepared(code, NAMES);
  if ('complaint' in ready) throw new Error(`${ready.line}: ${ready.complaint}`);
  return ready.text;
};

describe('a module as the body of a function', () => {
  test('takes what it imports from the argument, and no line moves', () => {
    const code = `// one\nimport {\n  check as prove,\n  atomics,\n} from "lockfree-lab/explore";\nimport * as all from 'lockfree-lab/explore'\nexport const a = 1;\nimport('x');`;
    expect(body(code)).toBe(
      `// one\nconst {\n  check: prove,\n  atomics,\n} = arguments[0];\nconst all = arguments[0];\n       const a = 1;\nimport('x');`,
    );
    const run = new Function(body(`import { check } from 'lockfree-lab/explore';\nreturn check;`));
    expect(run(library)).toBe(library.check);
  });

  test('imports nothing else, and says so with the line', () => {
    expect(() => body(`\n\nimport fs from 'node:fs';`)).toThrow('3: The code imports "node:fs"');
    expect(() => body(`import 'side-effect';`)).toThrow('1: The code imports "side-effect"');
    expect(() => body(`import lab from 'lockfree-lab/explore';`)).toThrow('has no default export');
    expect(() => body(`import { chek } from 'lockfree-lab/explore';`)).toThrow('did you mean "check"?');
  });

  test('stands behind the last line of the script', () => {
    const lines = codeScript('one;\ntwo;\n', 'its = 1;\nown = 2;', 5).split('\n');
    expect(lines).toEqual([
      'one;',
      'two;;runUsersCode(2,5,async function(){"use strict";',
      'its = 1;',
      'own = 2;',
      '});',
    ]);
  });
});

test('a link says the code, the example and the time, and nothing that it does not understand', () => {
  const place = { example: null, code: 'a & b # c\n%', seconds: 3 };
  expect(codePlaceOf(hashOfCode(place))).toEqual(place);
  expect(codePlaceOf('#example=x&seconds=-4')).toEqual({ example: 'x', code: null, seconds: 10 });
  expect(codePlaceOf('#seconds=1e9')).toEqual({ example: null, code: null, seconds: 10 });
});
