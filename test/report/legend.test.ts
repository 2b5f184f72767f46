import { expect, test } from 'vitest';
import { model } from '../../src/model/engine.ts';
import { playText } from '../../src/report/text/play-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { programScenario } from '../../src/scenario/ad-hoc.ts';
import { play } from '../../src/scenario/play.ts';

const each = { key: 'naive', spec: 'naive', damage: [], byClaims: true } as const;

test('a thread that the schedule leaves standing is marked by a mark of its own, which the legend tells', async () => {
  const scenario = programScenario('i | d', 4, '1x1,2x2', null);
  const played = await play(model, scenario, each);
  const text = playText(played, plainStyle());
  const [mark] = /(\S) stands before /.exec(text)!.slice(1);
  expect(text).toContain(`   ${mark} stops here   `);
  // Nothing was compared in this run, so no mark says that a comparison failed.
  expect(text).not.toMatch(/✗|fails/);
});
