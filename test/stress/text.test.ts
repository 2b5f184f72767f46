import { beforeAll, describe, expect, test } from 'vitest';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { auditText } from '../../dist/src/report/text/audit-text.js';
import { stressText } from '../../dist/src/report/text/stress-text.js';
import type { StressResult } from '../../dist/src/stress/result.js';
import { stress } from '../../dist/src/stress/stress.js';
import { stressTable } from '../../dist/src/report/text/stress-table.js';
import { tooWide, WIDTHS } from '../cli/width.ts';
import { moduleUrl } from './variants/modules.ts';

const results = new Map<string, StressResult>();

beforeAll(async () => {
  const spin = moduleUrl('faulty.mjs', { fault: 'spin' });
  results.set('naive', await stress({ scheme: 'naive', threads: 4, seconds: 30, seed: 7 }));
  results.set('sound', await stress({ scheme: 'tagged', threads: 2, ops: 20_000 }));
  results.set('leaky', await stress({ scheme: 'no-reclaim', threads: 2, slots: 500, ops: 5000 }));
  results.set('stalled', await stress({ scheme: 'epochs', threads: 2, stall: 'T2@D12', ops: 3000 }));
  results.set('missed', await stress({ scheme: 'tagged', threads: 2, kill: 'T2@D13#999999999', ops: 1000 }));
  results.set('spin', await stress({ scheme: 'tagged', threads: 2, variant: spin, watchdogMs: 1000 }));
});

const textOf = (name: string, options = {}): string => {
  const result = results.get(name);
  if (result === undefined) throw new Error(`no result ${name}`);
  return stressText(result, plainStyle(options));
};

describe.each(['naive', 'sound', 'leaky', 'stalled', 'missed', 'spin'])('the text of %s', (name) => {
  test.each(WIDTHS)('keeps within %i columns', (columns) => {
    expect(tooWide(textOf(name, { columns }), columns)).toEqual([]);
  });

  test('is all ASCII if asked', () => {
    // oxlint-disable-next-line no-control-regex -- that is what ASCII is
    expect(textOf(name, { ascii: true })).toMatch(/^[\x00-\x7f]*$/);
  });

  test('says the seed and the equation', () => {
    expect(textOf(name)).toMatch(/seed \d+/);
    expect(textOf(name).replaceAll(/\n +/g, ' ')).toMatch(
      /reachable \d+ · in hand \d+ · retired \d+ · free \d+ · leaked \d+ .*= \d+ slots/,
    );
  });
});

test('damage comes first, then the last operations, the audit, the verdict, and how to run the like again', () => {
  const text = textOf('naive');
  expect(text).toMatch(/short pauses at random steps; seed 7/);
  expect(text).toMatch(
    /FIRST DAMAGE {3}[a-z ]+(.|\n)*FLIGHT the last operations(.|\n)*AUDIT(.|\n)*verdict {2}as claimed: it promises no safety from ABA, and T\d's [A-Z]\d+ succeeded on a word about\s+slot \d+/,
  );
  expect(text).toMatch(
    /cannot be replayed; this line starts a similar run:\n +npx lockfree-lab stress --scheme naive [^]*--seed 7$/,
  );
  const [, again] = textOf('naive', { columns: 40 }).split('similar run:\n');
  expect(again!.split('\n').filter((line) => line.length > 40)).toEqual([]);
});

test('of a sound run nothing is said about damage', () => {
  const text = textOf('sound');
  expect(text).not.toMatch(/DAMAGE|FLIGHT|again/);
  expect(text).toMatch(/history {2}no value lost, none delivered twice · order kept across all threads/);
  expect(text).toMatch(
    /verdict {2}as claimed; the tag of a pointer word has 16 bits and wraps after 65,536 changes of the\s+word$/,
  );
});

test('a leak on purpose is called that', () => {
  expect(textOf('leaky')).toMatch(/Leaked by design/);
  expect(textOf('leaky')).not.toMatch(/! leaked/);
});

test('a stalled thread is told with its place and what it does to the garbage', () => {
  const text = textOf('stalled');
  expect(text).toMatch(/stopped {2}T2 was stopped for good in its dequeue \(T2@D12\)\./);
  expect(text).toMatch(/nothing was freed any more: unbounded/);
});

test('a point that was not reached is told', () => {
  expect(textOf('missed')).toMatch(/No thread reached T2@D13#999999999/);
});

test('an endless operation breaks the claim and is told with its place', () => {
  const text = textOf('spin');
  expect(text).toMatch(/FIRST DAMAGE {3}livelock, T\d D2/);
  expect(text.replaceAll(/\n +/g, ' ')).toMatch(
    /T\d was terminated in its enqueue \(last at D2\): after \d+ ms it had not come out, which is longer than the watchdog allows\./,
  );
  expect(text).toMatch(/verdict {2}BROKEN/);
});

test.each(WIDTHS)('the table of several runs keeps within %i columns, and names every scheme', (columns) => {
  const text = stressTable([...results.values()], plainStyle({ columns }));
  expect(tooWide(text, columns)).toEqual([]);
  for (const { scheme } of results.values()) expect(text).toContain(scheme);
});

test('the table of an interrupted run says what was not run, and which run was cut', () => {
  const sound = { ...results.get('sound')!, interrupted: true };
  const text = stressTable(
    [sound],
    plainStyle({ columns: 200 }),
    ['hazard-pointers', 'epochs'],
    [{ scheme: 'hyaline' }],
  );
  expect(text).toMatch(/^hyaline +not run +left out$/m);
  expect(text).toMatch(/^tagged +.*as claimed; interrupted$/m);
  expect(text).toMatch(/^hazard-pointers +not run +interrupted$/m);
  expect(text).toMatch(/^epochs +not run +interrupted$/m);
});

test('counts have commas between thousands, in the run, the table and the audit, which counts calls of isEmpty too', () => {
  const result = results.get('sound')!;
  const style = plainStyle({ columns: 200 });
  const done = result.operations.toLocaleString('en-US');
  expect(done).toMatch(/^\d+,\d{3}$/);
  expect(textOf('sound', { columns: 200 })).toContain(`${done} operations in`);
  expect(stressTable([result], style)).toContain(` ${done} `);
  const begun = result.audit.totals.operations;
  expect(begun).toBeGreaterThanOrEqual(result.operations);
  const audited = auditText(
    { of: '', audit: result.audit, losses: [], retained: [], show: String, all: true },
    style,
  );
  expect(audited).toContain(
    `work     ${begun.toLocaleString('en-US')} operations begun, isEmpty among them; full`,
  );
});
