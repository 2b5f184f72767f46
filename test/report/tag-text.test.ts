import { expect, test } from 'vitest';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { checkGeometry } from '../../src/laboratory/shared.ts';
import { Geometry, H_SLOTS, H_STRIDE, H_TAG_BITS, H_THREADS } from '../../src/kernel/layout.ts';
import { model } from '../../src/model/engine.ts';
import { outcomeText } from '../../src/report/outcome.ts';
import { freeListClaim, untilTagsWrap } from '../../src/report/text/tag-text.ts';
import { programScenario, claimedCase } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';

/** What a scheme's claims take for granted in a slab of so many slots; only its header is made. */
async function until(spec: string, slots: number): Promise<string[]> {
  const tagBits = checkGeometry({ slots, threads: 1 }, await chooseScheme(spec));
  const header = new Int32Array(32);
  header[H_SLOTS] = slots;
  header[H_STRIDE] = 8;
  header[H_THREADS] = 1;
  header[H_TAG_BITS] = tagBits;
  return untilTagsWrap(new Geometry({ peek: (address: number) => header[address] } as never));
}

const listed = (bits: number, slots: string, takes: string): string =>
  `the tag of the free list has ${bits} bits at ${slots} slots: no thread may stand still between its read of the top of that list and its compare-and-swap while ${takes} slots are taken`;
const linked = (bits: string, changes: string): string =>
  `the tag of a pointer word has ${bits} and wraps after ${changes} of the word`;

test.each([
  ['hazard-pointers', 100, []],
  ['hazard-pointers', 2 ** 15 - 1, []],
  ['hazard-pointers', 2 ** 15, [listed(16, '32,768', '65,536')]],
  ['epochs', 2 ** 16 - 1, [listed(16, '65,535', '65,536')]],
  ['epochs', 2 ** 16, [listed(15, '65,536', '32,768')]],
  ['no-reclaim', 2 ** 20 - 1, [listed(12, '1,048,575', '4,096')]],
  ['tagged', 100, [linked('16 bits', '65,536 changes')]],
  ['tagged:bits=2', 100, [linked('2 bits', '4 changes')]],
  ['tagged:bits=1', 100, [linked('1 bit', '2 changes')]],
  ['tagged:bits=0', 100, []],
  ['tagged', 2 ** 20 - 1, [linked('12 bits', '4,096 changes'), listed(12, '1,048,575', '4,096')]],
])('%s with %i slots: the claim names the tags that may wrap', async (spec, slots, expected) => {
  expect(await until(spec, slots)).toEqual(expected);
});

test('the claims of all schemes name the widths of the free list, down to the narrowest', () => {
  expect(freeListClaim()).toBe(
    'Under every scheme the free list, unless it is a ring, has a tag of the bits that an index leaves: 12 bits at 1,048,575 slots, 16 bits at 65,535 slots, 30 bits at 3 slots. With the narrowest one all claims hold as long as no thread stands still between its read of the top of that list and its compare-and-swap while 4,096 slots are taken.',
  );
});

test.each([
  [6, 'ok'],
  [2 ** 16, "ok; the free list's tag wraps after 32,768 takes"],
])('a run on a slab of %i slots says so too', async (slots, text) => {
  const scenario = programScenario('[A] d', slots, 'T1@end');
  expect(outcomeText(await runScenario(model, scenario, await claimedCase('hazard-pointers')))).toBe(text);
});
