import { expect, test } from 'vitest';
import { model } from '../../src/model/engine.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { Geometry, GLOBAL, R_ANNOUNCE, S_LIFE, S_STAMP, S_STATE } from '../../src/kernel/layout.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { showWord } from '../../src/observe/names.ts';
import { schemeState } from '../../src/report/words.ts';
import { Audit } from '../../src/judge/audit/audit.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { staged, variantUrl } from '../engines/staged.ts';

const variant = variantUrl(import.meta.url, 'wrapping.mjs');
const style = plainStyle();

async function told(program: string, schedule: string, spec: string): Promise<string> {
  const scenario = staged({ program, schedule, variant, watch: 'T2.op1.D13' }, spec);
  const text = runText(await runScenario(model, scenario, scenario.cases[0]!), style, { all: true });
  return text.replaceAll(/\s+/g, ' ');
}

test('the epoch after the last one is 0, and goes further than the last one', async () => {
  const text = await told('[A B C] lastEpoch d d | d', '1x1; T2@D13; T1@end; T2@end', 'epochs:period=1');
  expect(text).toContain('It is pinned at epoch 1073741823. The epoch goes no further than 0 in this pause.');
});

test('lives and stamps are unsigned in a story', async () => {
  const text = await told('[A] oldSlot', 'T1@end', 'hazard-pointers');
  expect(text).toContain(`1.life = 21474836${style.glyph.ellipsis}`);
  expect(text).toContain(`1.stamp = 4294967${style.glyph.ellipsis}`);
});

test.each(['epochs', 'hazard-pointers'])(
  'every word under %s that is no value is unsigned, from 2^31 to 2^32 - 1',
  async (spec) => {
    const words = attachWords(createBuffer({ slots: 40, threads: 2 }, await chooseScheme(spec)));
    const geometry = new Geometry(new AtomicsMemory(words));
    const wording = { geometry, style, show: String };
    for (const address of [
      ...[S_STATE, S_LIFE, S_STAMP].map((word) => geometry.slot(1, word)),
      GLOBAL,
      geometry.record(1) + R_ANNOUNCE + 1,
    ]) {
      expect(showWord(wording, address, (2 ** 31) | 0)).toBe('2147483648');
      expect(showWord(wording, address, -1)).toBe('4294967295');
      expect(showWord(wording, address, 2 ** 31 - 1)).toBe('2147483647');
    }
    if (spec !== 'epochs') return;
    const pin = geometry.record(1) + R_ANNOUNCE;
    words[GLOBAL] = 2 ** 30 - 1;
    words[pin] = ((2 ** 30 - 1) << 1) | 1;
    expect(showWord(wording, pin, words[pin]!)).toBe('epoch 1073741823');
    expect(schemeState(new Audit(words), wording)).toBe('epoch 1073741823 · T1 pins epoch 1073741823');
  },
);
