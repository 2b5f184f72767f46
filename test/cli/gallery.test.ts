import { describe, expect, test } from 'vitest';
import { runReport } from '../../dist/src/cli/gallery.js';
import { gallery } from '../../dist/scenarios/gallery/index.js';
import type { CheckedReport } from '../../dist/src/gallery/report.js';
import { placedInSource } from '../../dist/src/gallery/places.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { lab } from './lab.ts';

describe('lockfree-lab run with a report of the gallery', () => {
  test('tells both samples, with places in the sources, and ends with 0', () => {
    const { status, stdout, stderr } = lab(['run', 'zephyr-ring']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('zephyrproject-rtos/zephyr #37323');
    expect(stdout).toMatch(/tail\.store\(3\).*zephyr-ring\.ts:\d+$/m);
    expect(stdout.trimEnd()).toMatch(/repaired {2}complete and clean: 1 execution\n[^]*as reported$/);
  });

  test('--json has both, and what was expected', () => {
    const { status, stdout } = lab(['run', 'coincident-buffers', '--json']);
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as object;
    expect(Object.keys(document)[0]).toBe('schemaVersion');
    expect(document).toMatchObject({
      verdict: 'as-claimed',
      report: 'coincident-buffers',
      sources: [{ project: 'WebReflection/coincident', number: 26 }],
      expected: { kind: 'deadlock' },
      findings: [{ kind: 'deadlock', replay: expect.any(String) as string }],
      broken: { complete: false, failure: { kind: 'deadlock', preemptions: 1 } },
      repaired: { complete: true, failure: null },
    });
  });

  test.each([
    [['run', 'esbuild', '--all'], '--all is for scenarios, and "esbuild" is a report of the gallery'],
    [['run', 'esbuild', '--engine', 'model'], '--engine is for scenarios'],
    [['run', 'esbuilt'], 'There is no scenario "esbuilt" (did you mean "esbuild"?)'],
  ])('%s is refused', (args, why) => {
    const { status, stderr } = lab(args);
    expect(status).toBe(2);
    expect(stderr).toContain(why);
  });

  test('ends with 1 if a report does not come out as it says', async () => {
    const report = gallery.find(({ id }) => id === 'realm-versions') as CheckedReport;
    const printed: string[] = [];
    const context = {
      style: plainStyle(),
      json: false,
      signal: new AbortController().signal,
      progress: { show: () => undefined, clear: () => undefined },
      print: (text: string) => void printed.push(text),
      remark: () => undefined,
    };
    const swapped = { ...report, broken: report.repaired, repaired: report.broken };
    expect((await runReport(swapped, {}, {}, context)).broken).toBe(true);
    expect((await runReport(report, {}, {}, context)).broken).toBe(false);
    expect(printed[0]).toContain('BROKEN');
  });
});

test('places in compiled reports are told by the lines of their sources, and others are left as they are', () => {
  expect(placedInSource('at realm-versions.js:1 and own.js:12')).toMatch(
    /^at realm-versions\.ts:\d+ and own\.js:12$/,
  );
});
