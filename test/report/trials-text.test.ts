import { expect, test } from 'vitest';
import { model } from '../../dist/src/model/engine.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { trialLines } from '../../dist/src/report/text/trials-text.js';
import { claimedCase, programScenario } from '../../dist/src/scenario/program-scenario.js';
import { runScenario } from '../../dist/src/scenario/scenario-run.js';

test('only a scheme that is there to stop the damage would stop it, and naive reuse never', async () => {
  const hoarder = new URL('../judge/variants/allows-aba.mjs?fault=hoarder', import.meta.url).href;
  const { trials, findings } = await runScenario(
    model,
    programScenario('[A B] d d', 6, 'T1@end'),
    await claimedCase(hoarder),
  );
  const style = plainStyle({ columns: 1000 });
  expect(findings.map(({ kind }) => kind)).toEqual(['bound exceeded']);
  expect(trialLines({ trials, findings }, style)).toEqual([
    '  elsewhere       did not happen in this schedule under naive, no-reclaim, tagged, hazard-pointers:threshold=1, epochs:period=1, hazard-eras:threshold=1, qsbr:period=1, interval:threshold=1,period=1, debra:period=1, versions, pass-the-pointer, neutralization:threshold=1, mark-sweep:patience=1, reference-counting, hyaline:batch=1',
  ]);
  const [cures, elsewhere] = trialLines({ trials, findings: [{ ...findings[0], kind: 'ABA' }] }, style);
  expect(cures).toMatch(/^ {2}would stop it {3}no-reclaim, .*: D13 succeeds, Head 1→2 /);
  const ascii = plainStyle({ columns: 1000, ascii: true });
  expect(trialLines({ trials, findings: [{ ...findings[0], kind: 'ABA' }] }, ascii)[0]).toMatch(
    /: D13 succeeds, Head 1->2 /,
  );
  expect(elsewhere).toBe('  elsewhere       did not happen in this schedule under naive');
});
