import { expect, test } from 'vitest';
import { model } from '../../src/model/engine.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { tooWide, WIDTHS } from '../cli/width.ts';

const each = { key: 'naive', spec: 'naive', damage: [], byClaims: true } as const;

test('a thread that the schedule leaves standing is marked by a mark of its own, which the legend tells', async () => {
  const scenario = programScenario('i | d', 4, '1x1,2x2', null);
  const run = await runScenario(model, scenario, each);
  const text = runText(run, plainStyle());
  const [mark] = /(\S) stands before /.exec(text)!.slice(1);
  expect(text).toContain(`   ${mark} stops here   `);
  // Nothing was compared in this run, so no mark says that a comparison failed.
  expect(text).not.toMatch(/✗|fails/);
});

test('of many buckets a story shows those that lead to something, by their numbers, within the width', async () => {
  const scenario = programScenario('hash-set:[1 2 9 10 17] +3 -1 | ?9', 64, 'T1@end; T2@end', null);
  const run = await runScenario(model, scenario, each);
  for (const columns of WIDTHS)
    for (const ascii of [false, true])
      expect(tooWide(runText(run, plainStyle({ columns, ascii })), columns)).toEqual([]);
  const text = runText(run, plainStyle({ columns: 100 }));
  expect(text).toContain(
    'start  Bucket1 → 1:1 → 5:17   Bucket2 → 2:2   Bucket9 → 3:9   Bucket10 → 4:10   12 empty buckets',
  );
  expect(text).toMatch(/ L9  CAS Bucket1 1→5 ✓ +1→5:17 2→2:2 3→6:3 … +7 8 9 10 …\n/);
  expect(text).toContain('   1→ bucket 1');
});
