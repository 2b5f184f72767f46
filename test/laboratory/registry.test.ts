import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// The compiled registry, because a user's file imports the compiled package.
import * as compiled from '../../dist/src/laboratory/registry.js';
import { createBuffer } from '../../dist/src/laboratory/shared.js';
import { AtomicsMemory, participate, Scheme } from '../../dist/src/index.js';
import { boundOf, chooseScheme, claimsOf, parametersOf, schemes } from '../../src/laboratory/registry.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import { stride } from '../effort.ts';
import { fileText } from '../engines/scheme-file.ts';
import { usageOf } from '../engines/usage.ts';

describe('a scheme of the lab', () => {
  test.each(schemes.map((scheme) => scheme.ID))(
    '%s is found by its id, with its own defaults',
    async (id) => {
      const choice = await chooseScheme(id);
      const own = parametersOf(choice.scheme).filter(({ name }) => name !== 'bits');
      expect([choice.scheme.ID, choice.spec, choice.name]).toEqual([id, id, id]);
      expect([choice.param0, choice.param1]).toEqual([own[0]?.value ?? 0, own[1]?.value ?? 0]);
      expect(choice.tagBits).toBe(choice.scheme.TAGS ? null : 0);
    },
  );

  test.each([
    ['hazard-pointers:threshold=1', 1, 0],
    ['epochs:period=3', 2, 3],
    ['epochs:grace=3,period=1', 3, 1],
    ['epochs:period=1,grace=3', 3, 1],
    // The second and the third share a word: what is more than the least has its upper half.
    ['epochs:period=5,region=4', 2, 5 + 3 * 2 ** 16],
    ['epochs:region=4096', 2, 16 + 4095 * 2 ** 16],
    ['debra:free=one', 8, 1],
    ['debra:free=batch,period=1', 1, 0],
  ])('takes parameters, in any order: %s', async (spec, param0, param1) => {
    const choice = await chooseScheme(spec);
    expect([choice.param0, choice.param1]).toEqual([param0, param1]);
    expect(await chooseScheme(choice.spec)).toEqual(choice);
  });

  test('takes a tag width if it has tags', async () => {
    expect((await chooseScheme('tagged:bits=2')).tagBits).toBe(2);
    expect((await chooseScheme('tagged:bits=0')).tagBits).toBe(0);
    expect(await usageOf(() => chooseScheme('naive:bits=2'))).toBe(
      'The scheme naive has no parameter "bits"; it has none.',
    );
  });

  test('has claims for people, and a bound where it promises one', async () => {
    const hazards = await chooseScheme('hazard-pointers:threshold=8');
    expect(claimsOf(hazards.scheme)).toMatchObject({
      abaSafe: 'yes',
      staleReads: false,
      survivesStall: true,
    });
    expect(boundOf(hazards, 2)).toBe(16);
    expect(boundOf(hazards, 10)).toBe(190);
    expect(boundOf(await chooseScheme('epochs'), 2)).toBeNull();
    expect(claimsOf(Tagged).abaSafe).toBe('until the tag wraps');
    expect(schemes.map((scheme) => claimsOf(scheme).abaSafe)).toContain('no');
  });
});

describe('bad usage is answered with the way out', () => {
  const list =
    'the schemes are naive, no-reclaim, tagged, hazard-pointers, epochs, hazard-eras, qsbr, interval, debra, versions, pass-the-pointer, neutralization, mark-sweep, reference-counting, hyaline, or give the path of a file with your own, such as ./mine.js.';

  test.each([
    ['hazard-pointer', `There is no scheme "hazard-pointer" (did you mean "hazard-pointers"?); ${list}`],
    ['Epochs', `There is no scheme "Epochs" (did you mean "epochs"?); ${list}`],
    ['rcu', `There is no scheme "rcu"; ${list}`],
    ['', `There is no scheme ""; ${list}`],
    [
      'epochs:grase=2',
      'The scheme epochs has no parameter "grase" (did you mean "grace"?); it has grace, period and region.',
    ],
    ['tagged:grace=2', 'The scheme tagged has no parameter "grace"; it has bits.'],
    ['epochs:grace=4', 'The parameter grace of epochs is "4"; give a whole number from 1 to 3.'],
    ['epochs:grace=0', 'The parameter grace of epochs is "0"; give a whole number from 1 to 3.'],
    ['epochs:grace=', 'The parameter grace of epochs is ""; give a whole number from 1 to 3.'],
    ['epochs:grace=two', 'The parameter grace of epochs is "two"; give a whole number from 1 to 3.'],
    ['epochs:grace=2,period', 'The parameter period of epochs is ""; give a whole number from 1 to 65535.'],
    [
      'hazard-pointers:threshold=1.5',
      'The parameter threshold of hazard-pointers is "1.5"; give a whole number from 1 to 65535.',
    ],
    [
      'epochs:period=1,period=2',
      'The parameter period of epochs is given twice, as 1 and as 2: give it once.',
    ],
    ['tagged:bits=17', 'The parameter bits of tagged is "17"; give a whole number from 0 to 16.'],
  ])('%s', async (spec, sentence) => {
    expect(await usageOf(() => chooseScheme(spec))).toBe(sentence);
  });
});

/** Each file is tried in a worker, so in the short form some will do. */
function some<T>(files: readonly T[]): T[] {
  return files.filter((_, i) => i % stride(5) === 0);
}

describe("a user's own scheme", () => {
  const folder = join(import.meta.dirname, '../../out/test-schemes');
  const fileOf = (name: string, text: string): string => {
    const file = join(folder, `${name}.mjs`);
    writeFileSync(file, text);
    return file;
  };

  beforeAll(() => mkdirSync(folder, { recursive: true }));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(some(['path', 'relative path', 'URL']))(
    'is loaded by its %s, with parameters, and runs',
    async (way) => {
      const file = fileOf('mine', fileText('delay=1:1:9'));
      const text = {
        path: file,
        'relative path': relative(process.cwd(), file),
        URL: pathToFileURL(file).href,
      }[way];
      const choice = await compiled.chooseScheme(`${text}:delay=3`);
      expect(choice).toMatchObject({
        spec: `${pathToFileURL(file).href}:delay=3`,
        name: 'mine:delay=3',
        param0: 3,
      });
      // One class Scheme, not two: the engine's own.
      expect(choice.scheme.prototype).toBeInstanceOf(Scheme);
      const memory = new AtomicsMemory(new Int32Array(createBuffer({ slots: 4, threads: 1 }, choice)));
      const { queue } = participate(memory, 1, choice.scheme);
      for (let value = 0; value < 50; value++) {
        expect(queue.enqueue(value)).toBe(1);
        expect(queue.dequeue()).toBe(1);
        expect(queue.result()).toBe(value);
      }
    },
  );

  test('is loaded again from its own spec, as a worker does', async () => {
    const choice = await compiled.chooseScheme(fileOf('again', fileText('')));
    expect(await compiled.chooseScheme(choice.spec)).toEqual(choice);
  });

  test.each(some(['ID', 'STALE_READS', 'PARAMS']))(
    'without %s in its card is refused, and the member is named',
    async (member) => {
      const file = fileOf(`without-${member}`, fileText('', member));
      expect(await usageOf(() => compiled.chooseScheme(file))).toBe(
        `The scheme of ${file} lacks the static member ${member}; see any file of src/kernel/schemes for what each one says.`,
      );
    },
  );

  test('may leave out every method: it has them from Scheme, and frees at once', async () => {
    const text = `${fileText('').split('    enter()')[0]!}}`;
    expect(text).not.toMatch(/^ {4}(enter|protect|retire|keep)\(/m);
    const choice = await compiled.chooseScheme(fileOf('bare', text));
    const memory = new AtomicsMemory(new Int32Array(createBuffer({ slots: 4, threads: 1 }, choice)));
    const { queue } = participate(memory, 1, choice.scheme);
    for (let value = 1; value <= 100; value++) {
      expect(queue.enqueue(value)).toBe(1);
      expect(queue.dequeue()).toBe(1);
    }
  });

  const lacking: [string[], string][] = [
    [['upgrade'], 'the method upgrade'],
    [['born', 'hold'], 'the methods born, hold'],
  ];
  test.each(some(lacking))(
    'of a Scheme that lacks the methods %j, as one of an older copy may, is refused, and they are named',
    async (methods, lacks) => {
      const text = fileText('').replace(
        'export default class Mine extends Scheme',
        `class Older extends Scheme {}\nfor (const name of ${JSON.stringify(methods)}) Older.prototype[name] = undefined;\nexport default class Mine extends Older`,
      );
      const file = fileOf(`without-${methods.join('-')}`, text);
      expect(await usageOf(() => compiled.chooseScheme(file))).toBe(
        `The scheme of ${file} lacks ${lacks}; see any file of src/kernel/schemes for what each one does.`,
      );
    },
  );

  test('without bound or needs is refused', async () => {
    const file = fileOf('no-bound', fileText('').replace(/static (bound|needs)\(.*\n/g, '\n'));
    expect(await usageOf(() => compiled.chooseScheme(file))).toContain(
      'lacks the static member bound, needs;',
    );
  });

  const exported: [string, string, string][] = [
    ['nothing', 'export const a = 1;', 'exports no scheme'],
    ['a function', 'export default function mine() {}', 'has a default export that is no scheme'],
    ['an object', 'export default { enter() {} };', 'has a default export that is no scheme'],
    [
      'a class of another kind',
      'export default class Mine { enter() {} }',
      'has a default export that is no scheme',
    ],
  ];
  test.each(some(exported))('file that exports %s is refused', async (name, text, found) => {
    const file = fileOf(name.replaceAll(' ', '-'), text);
    expect(await usageOf(() => compiled.chooseScheme(file))).toBe(
      `The file ${file} ${found}: export a class that extends Scheme of lockfree-lab, with its card in static members.`,
    );
  });

  test('may be a named export, if there is one', async () => {
    const named = fileText('').replace('export default class', 'export class');
    const { scheme } = await compiled.chooseScheme(fileOf('named', named));
    expect(scheme.ID).toBe('mine');
    const two = fileOf('two', `${named}\nexport class Other extends Mine {}`);
    expect(await usageOf(() => compiled.chooseScheme(two))).toBe(
      `The file ${two} exports 2 schemes (Mine, Other): make the one to run the default export.`,
    );
  });

  test.each([
    ["TITLE = 'my own'", 'TITLE = 5', 'The static member TITLE of the scheme of FILE is 5: make it a text.'],
    ['ABA = 0', 'ABA = 0.5', 'The static member ABA of the scheme of FILE is 0.5: make it a whole number.'],
    [
      'TAGS = false',
      "TAGS = 'no'",
      'The static member TAGS of the scheme of FILE is "no": make it true or false.',
    ],
    [
      "ID = 'mine'",
      "ID = 'my own'",
      'The static member ID of the scheme of FILE is "my own": give a word of letters, digits and hyphens.',
    ],
    [
      "ID = 'mine'",
      "ID = 'tagged'",
      "The scheme of FILE has the ID tagged, which is that of one of the lab's: give it an ID of its own.",
    ],
  ])('whose card says %s as %s is refused', async (right, wrong, sentence) => {
    expect(fileText('')).toContain(right);
    const file = fileOf(wrong.replaceAll(/\W/g, '-'), fileText('').replace(right, wrong));
    expect(await usageOf(() => compiled.chooseScheme(file))).toBe(sentence.replace('FILE', file));
  });

  const answers = [
    ['bound', 'NaN', 'NaN'],
    ['bound', '-1.5', '-1.5'],
    ['bound', '-2', '-2'],
    ['bound', "'12'", '"12"'],
    ['needs', 'undefined', 'undefined'],
    ['needs', '-1', '-1'],
  ] as const;
  test.each(answers.filter((_, i) => i % stride(7) === 0))(
    'whose %s answers %s is refused where it is asked',
    async (method, answer, shown) => {
      const text = fileText('').replace(
        new RegExp(`static ${method}.*`),
        `static ${method}() { return ${answer}; }`,
      );
      const file = fileOf(`${method}-${answer.replaceAll(/\W/g, '-')}`, text);
      const choice = await compiled.chooseScheme(file);
      const ask = (): unknown =>
        method === 'bound' ? compiled.boundOf(choice, 2) : createBuffer({ slots: 9, threads: 2 }, choice);
      expect(await usageOf(ask)).toBe(
        `The static method ${method} of the scheme of ${file} answered ${shown} for ${method}(2, 0, 0, 2, 1): let it return a whole number from 0${method === 'bound' ? ', or UNBOUNDED' : ''}.`,
      );
    },
  );

  test('whose bound throws is refused where it is asked', async () => {
    const text = fileText('').replace(/static bound.*/, "static bound() { throw new Error('not now'); }");
    const file = fileOf('throwing-bound', text);
    const choice = await compiled.chooseScheme(file);
    expect(await usageOf(() => compiled.boundOf(choice, 2))).toBe(
      `The static method bound of the scheme of ${file} threw for bound(2, 0, 0, 2, 1): Error: not now: let it return a whole number.`,
    );
  });

  test('file that is not there or does not parse is refused with the reason', async () => {
    expect(await usageOf(async () => compiled.chooseScheme('./no/such.js').catch(addStop))).toMatch(
      /^The scheme \/.*no\/such\.js cannot be loaded: there is no such file\./,
    );
    const broken = fileOf('broken', 'export default class {');
    expect(await usageOf(async () => compiled.chooseScheme(broken).catch(addStop))).toMatch(
      /broken\.mjs cannot be loaded: \S/,
    );
  });

  test('has its own labels, and may not take a number of the lab', async () => {
    const { labelOf } = await import('../../dist/src/laboratory/labels.js');
    await compiled.chooseScheme(fileOf('labels', fileText('').replace('XR1 = 254', 'YR1 = 255')));
    expect(labelOf(255)).toBe('YR1');
    const clash = fileOf('clash', fileText('').replace('XR1 = 254', 'XR2 = 38'));
    expect(await usageOf(() => compiled.chooseScheme(clash))).toBe(
      'The steps D13 and XR2 are both number 38: give your own numbers from 192 to 255, each once.',
    );
  });

  const whole = "{ name: String, show: String, short: String, long: String, by: 'x' }";
  test.each([
    [0, '7', 'In the file FILE ANNOUNCES is 7: make it an object with name, show, short, long, by.'],
    [99, '{ name: String }', 'The show in the ANNOUNCES of FILE is undefined: make it a function.'],
    [99, whole.replace("'x'", '1'), 'The by in the ANNOUNCES of FILE is 1: make it a text.'],
    [
      1,
      whole,
      'The file FILE exports ANNOUNCES, and the static member HOLDS of its scheme is 1, which is that of src/kernel/schemes/hazard-pointers.ts: give it a number of its own, such as 100.',
    ],
    [
      0,
      whole,
      'The file FILE exports ANNOUNCES, and the static member HOLDS of its scheme is 0, which stands for nothing announced: give it a number of its own, such as 100.',
    ],
  ])('that has the number %i and announces %s is refused', async (number, announces, sentence) => {
    const text = `${fileText('').replace('HOLDS = 0', `HOLDS = ${number}`)}\nexport const ANNOUNCES = ${announces};`;
    const file = fileOf(`announces-${number}-${announces.length}`, text);
    expect(await usageOf(() => compiled.chooseScheme(file))).toBe(sentence.replace('FILE', file));
  });
});

/** Node's own words end without a full stop. */
function addStop(error: Error): never {
  error.message += '.';
  throw error;
}
