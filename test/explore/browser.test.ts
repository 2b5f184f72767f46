import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** The bundle of a page, in a realm that has what the language has and nothing of Node. */
test('the checker is bundled for a browser, runs there, and tells a failure', async () => {
  const { outputFiles, warnings } = await build({
    entryPoints: [join(import.meta.dirname, '../../dist/src/checker/index.js')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'lab',
    logLevel: 'silent',
    // A classic script has no URL of its own.
    logOverride: { 'empty-import-meta': 'silent' },
  });
  expect(warnings).toEqual([]);
  const page = createContext({ performance });
  expect(runInContext('typeof process + typeof require', page)).toBe('undefinedundefined');
  runInContext(outputFiles[0]!.text, page);
  const told = runInContext(
    `(() => {
      const increment = ({ counter }) => { const before = counter.load(); counter.store(before + 1); };
      const asked = { words: { counter: 0 }, threads: [increment, increment] };
      const { executions, complete } = lab.check(asked);
      let message = '';
      try { lab.check({ ...asked, finally: ({ counter }) => counter === 2 }); } catch (failure) { message = failure.message; }
      return JSON.stringify({ executions, complete, message });
    })()`,
    page,
  ) as string;
  const refused = (await runInContext(
    `lab.observe({ module: 'file:///page.mjs', words: { x: 0 }, threads: [({ x }) => x.load()] }).catch(String)`,
    page,
  )) as string;
  expect(refused).toContain('observe needs the worker threads of Node');
  const { executions, complete, message } = JSON.parse(told) as Record<string, unknown>;
  expect([executions, complete]).toEqual([3, true]);
  expect(message).toContain('What must hold at the end does not.');
  expect(message).toMatch(/T1\s+T2/);
  expect(message).toContain("replay: '1,2x2,1'");
});
