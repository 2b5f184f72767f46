import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HistoryOperation, precedes } from '../../src/judge/history/history.ts';
import { linearizable } from '../../src/judge/history/linearizability.ts';
import { cardOfStructure } from '../../src/laboratory/structures.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { TreiberStack } from '../../src/kernel/structures/treiber-stack.ts';
import { loadNamed } from '../../src/laboratory/participant.ts';
import { runs } from '../effort.ts';
import { variantUrl } from '../engines/staged.ts';

/** A structure of one thread, written without the models: what an operation answers, given what is inside. */
type Answers = (inside: number[], name: string, value: number) => Pick<HistoryOperation, 'outcome' | 'value'>;

const valueOr = (value: number | undefined): Pick<HistoryOperation, 'outcome' | 'value'> =>
  value === undefined ? { outcome: 'empty', value: null } : { outcome: 'value', value };

const row: Answers = (inside, name, value) => {
  if (name === 'isEmpty') return { outcome: inside.length === 0 ? 'yes' : 'no', value: null };
  if (name !== 'push') return valueOr(name === 'steal' ? inside.shift() : inside.pop());
  inside.push(value);
  return { outcome: 'ok', value };
};

const set: Answers = (inside, name, value) => {
  const at = inside.indexOf(value);
  if (name === 'contains') return { outcome: at < 0 ? 'no' : 'yes', value };
  if ((name === 'insert') !== at < 0) return { outcome: 'no', value };
  if (name === 'insert') inside.push(value);
  else inside.splice(at, 1);
  return { outcome: 'ok', value };
};

/** Whether these operations, made one after the other, could have answered as they did; one that is pending may answer anything. */
function fits(answers: Answers, initial: readonly number[], order: readonly HistoryOperation[]): boolean {
  const inside = [...initial];
  return order.every(({ kind, value, outcome }) => {
    if (outcome === 'abort') return true;
    const answer = answers(inside, kind, value ?? 0);
    return outcome === 'pending' || (answer.outcome === outcome && answer.value === value);
  });
}

/** Tries every order of every choice of pending operations. */
function hasOrder(
  answers: Answers,
  initial: readonly number[],
  history: readonly HistoryOperation[],
): boolean {
  const extend = (order: readonly HistoryOperation[]): boolean => {
    if (!fits(answers, initial, order)) return false;
    const left = history.filter((operation) => !order.includes(operation));
    if (left.every(({ outcome }) => outcome === 'pending')) return true;
    return left.some(
      (operation) => !order.some((earlier) => precedes(operation, earlier)) && extend([...order, operation]),
    );
  };
  return extend([]);
}

/** Histories of a structure that now and then answers as if something else were inside. Every operation has a thread of its own. */
function histories(
  answers: Answers,
  names: readonly string[],
  keyed: boolean,
): fc.Arbitrary<HistoryOperation[]> {
  const draft = fc.record({
    name: fc.constantFrom(...names),
    key: fc.integer({ min: 1, max: 3 }),
    invoked: fc.nat(8),
    length: fc.integer({ min: 1, max: 5 }),
    ends: fc.constantFrom('answers', 'answers', 'answers', 'pending', 'abort'),
    mistake: fc.nat(7).map((n) => n === 0),
  });
  return fc.array(draft, { minLength: 2, maxLength: 5 }).map((drafts) => {
    const inside: number[] = [];
    return drafts
      .toSorted((a, b) => a.invoked + a.length / 2 - b.invoked - b.length / 2)
      .map(({ name, key, invoked, length, ends, mistake }, i): HistoryOperation => {
        const given = keyed ? key : i + 10;
        const isGiven = keyed || name === 'push';
        const call = { thread: i + 1, number: 1, kind: name, invoked };
        if (ends === 'abort')
          return { ...call, outcome: 'abort', value: isGiven ? given : null, returned: invoked + length };
        const answer = answers(mistake ? [11, 2, 1].slice(key - 1) : inside, name, given);
        if (ends === 'answers') return { ...call, ...answer, returned: invoked + length };
        return { ...call, outcome: 'pending', value: isGiven ? given : null, returned: Infinity };
      });
  });
}

const structureIn = async (file: string): Promise<StructureClass> => {
  const named = await loadNamed(
    `${variantUrl(import.meta.url, `../../variants/${file}`)}:${file === 'deque.mjs' ? 'push' : '+1'}`,
  );
  return named!.variant.structure!;
};

const cases: readonly (readonly [
  string,
  () => Promise<StructureClass>,
  Answers,
  readonly string[],
  boolean,
])[] = [
  ['a stack', async () => TreiberStack, row, ['push', 'pop', 'isEmpty'], false],
  ['a deque', () => structureIn('deque.mjs'), row, ['push', 'pop', 'steal', 'isEmpty'], false],
  ['a set', () => structureIn('bitmap-set.mjs'), set, ['insert', 'remove', 'contains'], true],
];

describe('a history is one of its structure if and only if a trial of every order finds one', () => {
  test.each(cases)('%s', async (_name, load, answers, names, keyed) => {
    const card = cardOfStructure(await load());
    const initial = keyed ? [2] : [5];
    const verdicts = { true: 0, false: 0 };
    fc.assert(
      fc.property(histories(answers, names, keyed), (history) => {
        const found = linearizable(history, initial, String, card);
        const is = hasOrder(answers, initial, history);
        verdicts[`${is}`]++;
        expect(found.linearizable).toBe(is);
        // The order that is shown is one of these operations, and one of the structure.
        if (found.linearizable !== true) return;
        const answered = history.filter(({ outcome }) => outcome !== 'pending');
        expect(answered.filter((each) => !found.order.includes(each))).toEqual([]);
        expect(fits(answers, initial, found.order)).toBe(true);
        expect(found.order.every((b, i) => found.order.slice(i).every((a) => !precedes(a, b)))).toBe(true);
      }),
      { numRuns: runs(1500, 4) },
    );
    expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(50);
  });
});
