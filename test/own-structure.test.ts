import { describe, expect, test } from 'vitest';
import { audit } from '../src/judge/audit/audit.ts';
import { Beliefs } from '../src/judge/damage/beliefs.ts';
import { blame } from '../src/judge/audit/blame.ts';
import { contradictions } from '../src/judge/damage/card-check.ts';
import { knownSteps } from '../src/laboratory/labels.ts';
import { ownStructureIn } from '../src/laboratory/own-structure.ts';
import type { StructureCard } from '../src/kernel/structure-card.ts';
import { loadNamed, loadVariant } from '../src/laboratory/participant.ts';
import type { StructureClass } from '../src/laboratory/structure-class.ts';
import { showValue } from '../src/laboratory/program.ts';
import { chooseScheme } from '../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../src/laboratory/shared.ts';
import { type Exploration, explore } from '../src/explore/explore.ts';
import { shrink } from '../src/explore/shrink/shrink.ts';
import { model } from '../src/model/engine.ts';
import { runText } from '../src/report/text/run-text.ts';
import { plainStyle } from '../src/report/text/style.ts';
import { saidOf } from '../src/report/words.ts';
import { claimedCase, programScenario } from '../src/scenario/program-scenario.ts';
import { runScenario, type ScenarioRun } from '../src/scenario/scenario-run.ts';
import { parseReplayWords, replayLine } from '../src/scenario/replay-line.ts';
import { shellWords } from '../src/visible.ts';
import { failuresInCsv } from './bench/results.ts';
import { variantUrl } from './engines/staged.ts';
import { usageOf } from './engines/usage.ts';
import { deep } from './effort.ts';

const url = variantUrl(import.meta.url, 'mailbox.mjs');
const plain = plainStyle();

async function made(program: string, schedule: string, variant: string | null = null): Promise<ScenarioRun> {
  const scenario = programScenario(`${url}:${program}`, 6, schedule, variant);
  return runScenario(model, scenario, await claimedCase('naive'));
}

const mailbox = (await import(url)) as { readonly CARD: StructureCard };

/** The classes with one thing wrong in each, by their names. */
const broken = (await import(variantUrl(import.meta.url, 'broken-mailboxes.mjs'))) as Readonly<
  Record<string, StructureClass>
>;

function explored(program: string, scheme: string, how: string | null = null): Promise<Exploration> {
  const variant = how === null ? {} : { variant: { structure: broken[how] as StructureClass } };
  return explore(`${url}:${program}`, scheme, { slots: 6, ...variant });
}

const kindsIn = ({ findings }: Exploration): string[] => findings.map(({ kind }) => kind);

/** T1 has read the box when T2 takes the letter out and posts another one. */
const ABA = ['[A] fetch | fetch post', 'T1@V6; T2@end; T1@end'] as const;

describe("a structure of a user's own, in one file with labels and cards of its own", () => {
  test('is told in stories, in its own words and roots', async () => {
    const run = await made(...ABA);
    const text = runText(run, plain, { all: true });
    expect(text).toContain('start  Box 1 → 1A');
    expect(text).toMatch(/V4 {2}letter ← Box = 1/);
    expect(text).toMatch(/V6 {2}CAS Box 1→0 ✓/);
    expect(text).toContain("T1's V6 expected slot 1 as it was at step 1 (V4)");
    expect(text).toContain(
      'B was lost: posted by T2 post#1, but neither delivered nor in the box at the end.',
    );
    const beliefs = new Beliefs(run.trace);
    const wording = { geometry: run.audit.geometry, style: plain, show: showValue };
    const said: string[] = [];
    for (let step = beliefs.advance(); step !== null; step = beliefs.advance()) {
      if (step.label.startsWith('V')) said.push(`T${step.thread} ${saidOf(wording, step)}`);
      if (step.step === 2) expect(beliefs.of(1).map(({ variable }) => variable)).toEqual(['letter', 'v']);
    }
    expect(said).toEqual([
      'T1 slot 1 is in the box',
      'T1 slot 1 holds A',
      'T2 slot 1 is in the box',
      'T2 slot 1 holds A',
      'T2 takes slot 1 out of the box',
      'T2 makes the next word of slot 1 null',
      'T2 the box is empty',
      'T2 puts slot 1 into the box',
      'T1 takes slot 1 out of the box',
    ]);
  });

  test.runIf(deep)('ABA is found where slots are freed at once, and its replay names the file', async () => {
    const found = await explored(ABA[0], 'naive');
    expect(found).toMatchObject({ complete: true, cut: 0 });
    expect(kindsIn(found).toSorted()).toEqual(['ABA', 'duplicate value', 'lost value']);
    const [first] = found.findings;
    const { program, scheme, slots } = found;
    const shrunk = await shrink({ program, scheme, slots, ...first }, { maxSeconds: 150 });
    expect(shrunk).toMatchObject({ program: `${url}:[A] f | f post`, preemptions: 1 });
    const scenario = programScenario(shrunk.program, 6, shrunk.schedule);
    const words = shellWords(
      replayLine(await runScenario(model, scenario, await claimedCase('naive'))),
    ).slice(3);
    expect(words.slice(0, 2)).toEqual(['--structure', new URL(url).pathname]);
    expect(parseReplayWords(words)).toMatchObject({ subject: '[A] f | f post', structure: words[1] });
  });

  test.each(['tagged', 'hazard-pointers:threshold=1', 'epochs:period=1'])(
    '%s finds nothing',
    async (scheme) => {
      for (const program of [ABA[0], '[A] post | f']) {
        const clean = { complete: true, cut: 0, deadlocks: 0, findings: [], notJudged: [] };
        expect(await explored(program, scheme)).toMatchObject(clean);
      }
    },
  );

  test('has counters for its failures, which the buffer names, and a queue beside it has its own', async () => {
    const { words } = await made('[A] fetch | fetch', 'T1@V6; T2@end; T1@end');
    const { totals } = audit(words);
    expect(totals.failures).toMatchObject({ V3: 0, V6: 1 });
    expect(Object.keys(totals.failures)).toEqual(['A3', 'F3', 'V3', 'V6']);
    const queue = createBuffer({ slots: 6, threads: 2 }, await chooseScheme('naive'));
    expect(Object.keys(audit(attachWords(queue)).totals.failures)).not.toContain('V3');
  });

  test('spins are recognised: a thread that waits for an empty box is blocked, and every execution ends', async () => {
    expect(await explored('[A] post | fetch', 'tagged', 'Waiting')).toMatchObject({
      complete: true,
      cut: 0,
      deadlocks: 0,
      findings: [],
    });
    const stuck = await explored('[A] post', 'tagged', 'Waiting');
    expect(stuck).toMatchObject({ complete: true, cut: 0 });
    expect(kindsIn(stuck)).toEqual(['livelock']);
  });

  test('has a column in the benchmarks', async () => {
    const { variant } = (await loadNamed(`${url}:post`))!;
    const { V3, V6 } = failuresInCsv(await chooseScheme('tagged'), variant.structure);
    expect(Number(V3)).toBeGreaterThan(0);
    expect(Number(V6)).toBe(Number(V3) + 1);
  });

  test('a plain read of a node that another thread may free is a race', async () => {
    expect(kindsIn(await explored(ABA[0], 'tagged', 'Careless'))).toContain('race');
  });

  test('a slot that it loses is blamed on the line that should have taken it', async () => {
    const { trace } = await made('[A] fetch', 'T1@end', variantUrl(import.meta.url, 'forgetful-mailbox.mjs'));
    const [first] = blame(trace).leaked;
    expect(first.note).toBe(
      "Slot 1 is leaked: T1's retire (V8) should have taken it; T1's V6 (step 3, fetch#1) changed Box from slot 1 to null; from then on no word named it.",
    );
  });

  test('its invariants are watched', async () => {
    const { findings } = await explored('post', 'tagged', 'Unended');
    expect(findings).toMatchObject([{ kind: 'broken invariant', label: 'V3' }]);
    expect(findings[0].note).toMatch(
      /It breaks an invariant of the box: Box names one node or none: nothing follows it\. After slot 1 comes slot 2\.$/,
    );
  });

  test('a node that it overwrites is an orphan, and its value is lost', async () => {
    const { findings } = await explored('[A] post', 'tagged', 'Overwriting');
    expect(findings).toMatchObject([
      { kind: 'orphaned slot', label: 'V3', slot: 1 },
      {
        kind: 'lost value',
        note: 'A was lost: in the box at the start, but neither delivered nor in the box at the end.',
      },
    ]);
  });

  test('its histories are judged by its order and by how much it holds', async () => {
    // The value of a post that answered full is neither lost nor expected, and isEmpty sees the other.
    expect(await explored('[A] post isEmpty | fetch', 'tagged')).toMatchObject({
      complete: true,
      findings: [],
    });
    expect(kindsIn(await explored('post', 'tagged', 'Refusing'))).toEqual(['false full']);
    expect(kindsIn(await explored('[A] isEmpty', 'tagged', 'Blind'))).toEqual(['false empty']);
  });

  test('no run contradicts its cards, and a card that lies is caught', async () => {
    const { trace } = await made(...ABA);
    expect(contradictions(trace)).toEqual([]);
    const lying = knownSteps().map((step) =>
      step.label === 'V6' && step.card ? { ...step, card: { ...step.card, expectedFrom: 'V1' } } : step,
    );
    expect(contradictions(trace, lying)).toEqual([
      expect.stringMatching(/^The card of V6 says that V1 gave the expected word, and T\d's V6 at step \d+/),
    ]);
  });

  test('as a variant of a program that does not name it, it is the same', async () => {
    const variant = await loadVariant(url);
    const found = await explore(ABA[0], 'naive', { slots: 6, variant });
    expect(kindsIn(found)).toContain('ABA');
    const scenario = programScenario(ABA[0], 6, ABA[1], url);
    const run = await runScenario(model, scenario, await claimedCase('naive'));
    expect(run.findings[0]).toMatchObject({ kind: 'ABA', label: 'V6' });
    expect(replayLine(run)).toMatch(/--structure \S*mailbox\.mjs "\[A\] fetch \| fetch post\/naive/);
  });

  test('a structure that a program names by its path is that of its URL', async () => {
    expect((await loadNamed('./test/variants/mailbox.mjs:post'))?.url).toBe(url);
    expect(await loadNamed('treiber-stack:push')).toBeNull();
  });
});

describe("a structure of a user's own is refused in one sentence", () => {
  const file = 'file:///home/me/mine.mjs';

  /** The mailbox with other static members, without one, or with another card. */
  async function refusal(members: object, card?: unknown, without: string | null = null): Promise<string> {
    const known = (await loadVariant(url)) as unknown as { structure: StructureClass; CARD: object };
    const base = known.structure as unknown as new (...given: never[]) => object;
    // Not its subclass, which would have what it lacks by inheritance.
    class Mine extends (Object.getPrototypeOf(base) as typeof base) {}
    for (const [to, from] of [
      [Mine, base],
      [Mine.prototype, base.prototype],
    ]) {
      for (const [name, each] of Object.entries(Object.getOwnPropertyDescriptors(from)))
        if (!['prototype', 'constructor', 'length', without].includes(name))
          Object.defineProperty(to, name, each);
    }
    for (const [name, value] of Object.entries({ ID: 'mine', NUMBER: 5000, ...members }))
      if (name !== without) Object.defineProperty(Mine, name, { value, enumerable: true });
    const CARD = card === undefined ? known.CARD : card;
    return usageOf(() => ownStructureIn({ structure: Mine, CARD }, file));
  }

  test.each([
    [
      { NUMBER: 2 },
      "has the number 2, which is that of the lab's Treiber stack: give it a NUMBER of its own",
    ],
    [{ NUMBER: 100 }, 'has the number 100, which is that of the structure of /'],
    [
      { NUMBER: 0 },
      'The static member NUMBER of the structure of /home/me/mine.mjs is 0: give a whole number',
    ],
    [{ ID: 'treiber-stack' }, "has the ID treiber-stack, which is that of one of the lab's: give it an ID"],
    [{ ROOTS: '1' }, 'The static member ROOTS of the structure of /home/me/mine.mjs is "1": make it a whole'],
    [
      { ROOTS: 2 },
      'The roots in the card of the structure of /home/me/mine.mjs are Box, and the static member ROOTS is 2',
    ],
    [{ PROTECTIONS: 5 }, 'is 5: give a whole number from 0 to 4.'],
  ])('for a static member: %o', async (members, said) => {
    expect(await refusal(members)).toContain(said);
  });

  test.each([
    ['DUMMIES', 'lacks the static member DUMMIES; see any file of src/kernel/structures'],
    ['NUMBER', 'lacks the static member NUMBER; see any'],
    ['begin', 'lacks the static member begin; see any'],
    ['put', 'lacks the method put; see any'],
    ['isEmpty', 'lacks the method isEmpty; see any'],
    [
      'fetch',
      'The operation fetch in the card of the structure of /home/me/mine.mjs has no method in the class',
    ],
  ])('without %s', async (without, said) => {
    expect(await refusal({}, undefined, without)).toContain(said);
  });

  const { CARD } = mailbox;
  const [post, fetch, ask] = CARD.operations;
  test.each<[object | null, string]>([
    [
      null,
      'exports no card of its structure: export const CARD with operations, order, roots and invariants',
    ],
    [
      { ...CARD, order: 'PRIO' },
      'The order in the card of the structure of /home/me/mine.mjs is "PRIO": write',
    ],
    [
      { ...CARD, roots: undefined },
      'The roots in the card of the structure of /home/me/mine.mjs are undefined',
    ],
    [
      { ...CARD, capacity: 0 },
      'The capacity in the card of the structure of /home/me/mine.mjs is 0: give the',
    ],
    [
      { ...CARD, roots: [{ name: 'box', names: 'x' }] },
      'has the name "box": give each one a word of its own',
    ],
    [{ ...CARD, invariants: [{ name: 'one' }] }, 'The invariant "one" in the card of the structure of'],
    [
      { ...CARD, operations: [post, fetch] },
      "have 0 with does: 'ask' (none): give one, which isEmpty makes.",
    ],
    [
      { ...CARD, operations: [post, post, fetch, ask] },
      "have 2 with does: 'put' (post, post): give one, which",
    ],
    [
      { ...CARD, operations: [{ ...post, name: 'pop' }, fetch, ask] },
      "and that of a stack does: 'take': give",
    ],
    [
      { ...CARD, operations: [{ ...post, name: 'die' }, fetch, ask] },
      'has the name of one that every program',
    ],
    [
      { ...CARD, operations: [{ ...post, letter: 'f' }, fetch, ask] },
      'shares a word with another: give each',
    ],
    [
      { ...CARD, operations: [{ ...post, past: 1 }, fetch, ask] },
      'lacks its past: write what was done, as in',
    ],
  ])('for its card: %o', async (card, said) => {
    expect(await refusal({}, card)).toContain(said);
  });

  test('where a file that is to have one has none', async () => {
    expect(
      await usageOf(() => loadNamed(`${new URL('engines/variants/odd.mjs', import.meta.url).href}:post`)),
    ).toMatch(
      /odd\.mjs exports no structure of its own: export a class that extends Structure of lockfree-lab as structure, with its card as CARD\.$/,
    );
    expect(await usageOf(() => ownStructureIn({ structure: 5 }, file))).toBe(
      'The structure of /home/me/mine.mjs is 5: export a class that extends Structure of lockfree-lab.',
    );
    expect(await usageOf(() => loadNamed('./nothing.mjs:post'))).toMatch(
      /^The structure \S*nothing\.mjs cannot be loaded: there is no such file\.$/,
    );
  });
});
