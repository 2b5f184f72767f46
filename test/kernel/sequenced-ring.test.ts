import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore/explore.ts';
import type { HistoryOperation } from '../../src/judge/history/history.ts';
import { linearizable } from '../../src/judge/history/linearizability.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { chooseScheme, claimsLockFreedom } from '../../src/laboratory/registry.ts';
import { cardOfStructure, structureById } from '../../src/laboratory/structures.ts';
import { EMPTY, VALUE } from '../../src/kernel/structure.ts';
import { VR4, type VyukovRing } from '../../src/kernel/structures/vyukov-ring.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { Interrupted, LimitedMemory } from './laboratory.ts';

const RING = structureById('vyukov-ring');
const CARD = cardOfStructure(RING);
const choice = await chooseScheme('tagged');
const clean = { complete: true, cut: 0, deadlocks: 0, findings: [], notJudged: [] };

/** The same ring, with a card that claims more. */
const STRICT = new URL('../variants/strict-ring.mjs', import.meta.url).href;

const find = (program: string, slots = 2) =>
  explore(`vyukov-ring:${program}`, 'tagged', { slots, facts: true });

const strictly = (program: string, more: { readonly preemptions?: number } = {}) =>
  explore(`${STRICT}:${program}`, 'tagged', { slots: 2, ...more });

describe('what it claims', () => {
  test('is not to be lock-free, though each call ends alone', async () => {
    expect(claimsLockFreedom(choice.scheme, CARD)).toBe(false);
    const found = await find('e | e d');
    expect(found).toMatchObject(clean);
    expect(found.obstructionFreedom).toMatchObject({ stuck: null, waits: CARD.waits });
    // Where a reader stands before it gives its cell back, or has died there, the ring is full when it comes round.
    expect(found.memoryInLoop).toMatchObject({ usedUp: ['VR8'], waits: CARD.waits, broken: null });
  });

  test('a pull waits for a writer, which the card allows, and takes what a dequeue cannot', async () => {
    const found = await find('e | pull');
    expect(found).toMatchObject({ ...clean, findings: [{ kind: 'livelock', thread: 2 }] });
    const [finding] = found.findings;
    expect(finding!.note).toContain(`which the card of the structure allows: ${CARD.waits}`);
    expect(finding).not.toHaveProperty('charged');
  });

  test('more would be found to be wrong: EMPTY is said while a value is inside, with one preemption', async () => {
    expect((await strictly('e | e d', { preemptions: 0 })).findings).toEqual([]);
    const { findings } = await strictly('e | e d');
    expect(findings.map(({ kind, preemptions }) => [kind, preemptions])).toEqual([['false empty', 1]]);
    const full = await strictly('[A B] d | d e');
    expect(full.findings.map(({ kind }) => kind)).toEqual(['false full']);
  });

  test.each([
    ['[A B] d die | d e', 2],
    ['e die | e d', 2],
  ])('%s: a thread may die at any step, and the others are answered', async (program, slots) => {
    const found = await find(program, slots);
    expect(found).toMatchObject(clean);
    expect(found.executions).toBeGreaterThan(20);
  });
});

test('a dead writer keeps from all others what comes behind its position, for good', () => {
  const words = attachWords(createBuffer({ slots: 4, threads: 2, structure: RING }, choice));
  const memory = new (class extends Interrupted {
    override store(label: number, address: number, value: number): void {
      if (label === VR4) throw new RangeError('dies');
      super.store(label, address, value);
    }
  })(words, 'before', 0, () => {});
  expect(() => assemble(memory, 1, choice.scheme).structure.put(65)).toThrow('dies');
  const { structure } = assemble(new LimitedMemory(words), 2, choice.scheme);
  expect(structure.put(66)).toBe(1);
  for (let n = 0; n < 8; n++) expect([structure.take(), structure.isEmpty()]).toEqual([EMPTY, false]);
  const waiting = assemble(new LimitedMemory(words), 2, choice.scheme)
    .structure as unknown as VyukovRing<Scheme>;
  expect(() => waiting.pull()).toThrow();
});

test('a pull that finds nothing answers EMPTY, and takes the oldest value first', () => {
  const words = attachWords(createBuffer({ slots: 4, threads: 1, structure: RING, initial: [7, 8] }, choice));
  const ring = assemble(new LimitedMemory(words), 1, choice.scheme)
    .structure as unknown as VyukovRing<Scheme>;
  expect([ring.pull(), ring.result(), ring.pull(), ring.result(), ring.pull()]).toEqual([
    VALUE,
    7,
    VALUE,
    8,
    EMPTY,
  ]);
});

const judged = (history: readonly HistoryOperation[]) => linearizable(history, [], String, CARD);

describe('a history', () => {
  let number = 0;
  const made = (
    thread: number,
    kind: string,
    outcome: HistoryOperation['outcome'],
    [invoked, returned]: readonly [number, number],
    value: number | null = null,
  ): HistoryOperation => ({ thread, kind, number: ++number, value, outcome, invoked, returned });

  const slow = (until: number): HistoryOperation =>
    made(1, 'enqueue', until === Infinity ? 'pending' : 'ok', [0, until], 65);
  const behind = made(2, 'enqueue', 'ok', [1, 2], 66);

  test.each([9, Infinity])(
    'in which EMPTY is said while the oldest put is in progress, up to %d, is one',
    (until) => {
      expect(judged([slow(until), behind, made(2, 'dequeue', 'empty', [3, 4])])).toMatchObject({
        linearizable: true,
      });
    },
  );

  test.each<[string, HistoryOperation[]]>([
    ['when that put has ended', [slow(2), behind, made(2, 'dequeue', 'empty', [3, 4])]],
    ['by a pull', [slow(9), behind, made(2, 'pull', 'empty', [3, 4])]],
    [
      'before an older value than that of the put comes out',
      [
        behind,
        made(1, 'enqueue', 'ok', [3, 9], 65),
        made(2, 'dequeue', 'empty', [4, 5]),
        made(2, 'dequeue', 'value', [6, 7], 66),
      ],
    ],
    [
      'twice, and in between the put was over for another one',
      [slow(9), behind, made(3, 'dequeue', 'value', [3, 4], 65), made(3, 'dequeue', 'empty', [5, 6])],
    ],
  ])('in which it is said %s is none', (_, history) => {
    expect(judged(history)).toMatchObject({ linearizable: false, finding: { kind: 'false empty' } });
  });

  test('whose values come out in another order is told for that', () => {
    const history = [
      made(1, 'enqueue', 'ok', [0, 1], 65),
      made(1, 'enqueue', 'ok', [2, 3], 66),
      made(2, 'dequeue', 'value', [4, 5], 66),
      made(2, 'dequeue', 'empty', [6, 7]),
    ];
    expect(judged(history)).toMatchObject({ linearizable: false, finding: { kind: 'order broken' } });
  });
});
