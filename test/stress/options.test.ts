import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { planOf, type StressOptions } from '../../src/stress/options.ts';
import { commandOf } from '../../src/stress/stress.ts';

describe('what is left out', () => {
  test('is settled by the scheme', async () => {
    expect(await planOf({})).toMatchObject({
      slots: 16,
      mix: 'pairs',
      seconds: 1,
      perturb: true,
      damageAllowed: true,
    });
    expect(await planOf({ scheme: 'tagged' })).toMatchObject({
      slots: 64,
      tagBits: 16,
      perturb: false,
      damageAllowed: false,
    });
    expect(await planOf({ scheme: 'no-reclaim' })).toMatchObject({ slots: 65_535 });
    const { slots } = await planOf({ scheme: 'hazard-pointers', threads: 64 });
    expect(slots).toBeGreaterThan(64);
  });

  test('keys are drawn on a set alone, and all of them have room', async () => {
    expect(await planOf({})).toMatchObject({ keys: null });
    const list = { structure: 'michael-list', scheme: 'epochs' };
    expect(await planOf(list)).toMatchObject({ keys: 16, slots: 64 });
    const many = await planOf({ ...list, mix: 'contains-90', keys: 4096 });
    expect(many).toMatchObject({ mix: 'contains-90', keys: 4096 });
    expect(many.slots).toBeGreaterThan(4096);
  });

  test('a tag from 12 bits on is expected to last', async () => {
    expect(await planOf({ scheme: 'tagged:bits=12' })).toMatchObject({ tagBits: 12, damageAllowed: false });
    expect(await planOf({ scheme: 'tagged:bits=11' })).toMatchObject({
      tagBits: 11,
      damageAllowed: true,
      perturb: true,
    });
  });

  test.each([
    [{}, true],
    [{ scheme: 'tagged:bits=11' }, true],
    [{ scheme: 'tagged:bits=12' }, false],
    [{ threads: 1 }, false],
    [{ stall: 'T2@D12' }, false],
    [{ engine: 'mixed' }, false],
  ] as const)(
    'words that come round are watched where every step can be followed: %j',
    async (given, watches) => {
      expect(await planOf(given)).toMatchObject({ watchesRounds: watches });
    },
  );

  test('operations alone end the run, and so do seconds', async () => {
    expect(await planOf({ ops: 5 })).toMatchObject({ ops: 5, seconds: Infinity });
    expect(await planOf({ seconds: 5 })).toMatchObject({ ops: Infinity, seconds: 5 });
  });

  test('there are at least two threads, and a seed that is drawn', async () => {
    const [first, second] = [await planOf({}), await planOf({})];
    expect(first.threads).toBeGreaterThanOrEqual(2);
    expect(first.seed).not.toBe(second.seed);
  });
});

test('a point names a thread, a step and a passing', async () => {
  const { stoppings } = await planOf({ scheme: 'tagged', stall: 'T2@D12', kill: ' T1@E9#3+' });
  expect(stoppings).toMatchObject([
    { thread: 2, label: 'D12', passing: 1, after: false, reason: 'stalled', text: 'T2@D12' },
    { thread: 1, label: 'E9', passing: 3, after: true, reason: 'killed', text: 'T1@E9#3+' },
  ]);
  const chains = { scheme: 'tagged', mix: 'chains', stall: 'T1@CH1' };
  expect((await planOf(chains)).stoppings).toMatchObject([{ label: 'CH1' }]);
  // A variant may make any step of what it stands for.
  const variant = { scheme: 'tagged', structure: 'scq', variant: 'file:///some.mjs' };
  expect((await planOf({ ...variant, stall: 'T1@D12' })).stoppings).toMatchObject([{ label: 'D12' }]);
});

const BAD: readonly (readonly [StressOptions, RegExp])[] = [
  [
    { shceme: 'tagged' } as StressOptions,
    /^There is no option "shceme" \(did you mean "scheme"\?\) of a stress run/,
  ],
  [{ scheme: 'nave' }, /no scheme "nave" \(did you mean "naive"\?\)/],
  [{ threads: 0 }, /^0 threads cannot be had: give a whole number from 1 to 64\.$/],
  [{ threads: 65 }, /^65 threads/],
  [{ slots: 1 }, /^1 slots cannot be had/],
  [{ scheme: 'hazard-pointers', slots: 3 }, /too few for hazard-pointers/],
  [{ stride: 9 }, /^A slot of 9 words/],
  [{ mix: 'pears' }, /no mix "pears" \(did you mean "pairs"\?\)/],
  [{ mix: 'producers-consumers', threads: 1 }, /at least 2 threads/],
  [{ mix: 'contains-50' }, /^The mix contains-50 looks keys up in a set, and michael-scott is no set: /],
  [{ keys: 8 }, /^Keys are drawn on a set, and michael-scott is no set: leave --keys out/],
  [{ structure: 'michael-list', keys: 0 }, /^0 keys cannot be had: give a whole number from 1 to 65536/],
  [{ seconds: 0 }, /^A stress run of 0 seconds/],
  [{ seconds: Number.NaN }, /^A stress run of NaN seconds/],
  [{ ops: 0.5 }, /^0\.5 operations/],
  [{ seed: -1 }, /^-1 as the seed/],
  [{ watchdogMs: 1 }, /^1 milliseconds for the watchdog/],
  [
    { stall: 'D12' },
    /^"D12" is no point of a thread; write T2@D12|^"D12" is no point of a thread; write T2@D13/,
  ],
  [{ stall: 'T1@D12; T2@D13' }, /is no point of a thread/],
  [{ kill: 'T2@end' }, /is no point of a thread/],
  [{ kill: 'T2@D13#0' }, /is no point of a thread/],
  [{ kill: 'T2@D99' }, /no step "D99"/],
  [{ threads: 2, kill: 'T3@D13' }, /^There is no T3 to be killed: there are 2 threads/],
  [
    { structure: 'michael-list', stall: 'T2@D12' },
    /^No thread comes to D12 on michael-list under tagged: it is a step that is made in src\/kernel\/structures\/michael-scott\.ts; give one that is made there, such as L1, L2, L3\.$/,
  ],
  [{ structure: 'scq', kill: 'T1@C4' }, /^No thread comes to C4 on scq under tagged: .* such as RI/],
  [{ structure: 'scq', stall: 'T1@A2' }, /^No thread comes to A2 on scq .* made in src\/kernel\/slab\.ts;/],
  [{ stall: 'T1@CH1' }, /^No thread comes to CH1 on michael-scott .*: it is a step that only chains make;/],
  [{ freeList: 'ring', kill: 'T1@A2' }, /^No thread comes to A2 on michael-scott/],
  [{ stall: 'T2@D12', kill: 'T2@E9' }, /^T2 cannot be both stalled and killed/],
];

test.each(BAD)('%o is bad input', async (options, sentence) => {
  const refused = planOf({ scheme: 'tagged', ...options });
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});

test.each([
  [
    null,
    { variant: "file:///my own/it's.mjs" },
    '--scheme tagged .*--variant "file:///my own/it\'s.mjs" --seed 5',
  ],
  ['untagged', {}, '--mutant untagged --scheme tagged .*--seed 5'],
  ['./my bug.diff', {}, '--mutant "./my bug.diff" --scheme tagged .*--seed 5'],
  ['./$bug.diff', {}, "--mutant './[$]bug.diff' --scheme tagged .*--seed 5"],
])(
  'the line that starts a similar run names the mutant %s, and a shell reads it as it is',
  async (mutant, more, words) => {
    const options = { scheme: 'tagged', seed: 5, ...more };
    const line = commandOf(await planOf(options), options, mutant);
    expect(line).toMatch(new RegExp(`^npx lockfree-lab stress ${words}$`));
  },
);
