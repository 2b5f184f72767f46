import * as fc from 'fast-check';
import { type HistoryOperation, precedes } from '../../src/judge/history/history.ts';

/** An operation for a test: `T1 enqueue#1` and so on, with its value and its interval. */
export function enqueue(name: string, value: number, invoked: number, returned: number): HistoryOperation {
  const outcome = returned === Infinity ? 'pending' : 'ok';
  return { ...threadAndNumber(name), kind: 'enqueue', value, outcome, invoked, returned };
}

/** A dequeue; `null` answered "empty", unless it never returned. */
export function dequeue(
  name: string,
  value: number | null,
  invoked: number,
  returned: number,
): HistoryOperation {
  const answered = value === null ? 'empty' : 'value';
  const outcome = returned === Infinity ? 'pending' : answered;
  return { ...threadAndNumber(name), kind: 'dequeue', value, outcome, invoked, returned };
}

/** A call of isEmpty; `null` never returned. */
export function isEmpty(
  name: string,
  answer: boolean | null,
  invoked: number,
  returned: number,
): HistoryOperation {
  const answered = answer === true ? 'yes' : 'no';
  const outcome = answer === null || returned === Infinity ? 'pending' : answered;
  return { ...threadAndNumber(name), kind: 'isEmpty', value: null, outcome, invoked, returned };
}

export function full(
  name: string,
  value: number,
  invoked: number,
  returned: number,
  fullExcused?: boolean,
): HistoryOperation {
  const excuse = fullExcused === undefined ? {} : { fullExcused };
  return { ...threadAndNumber(name), kind: 'enqueue', value, outcome: 'full', invoked, returned, ...excuse };
}

function threadAndNumber(name: string): { thread: number; number: number } {
  const [thread, number] = name.slice(1).split('#').map(Number);
  return { thread, number };
}

/** Values 1, 2, 3, … are called A, B, C, … in notes. */
export function letter(value: number): string {
  return String.fromCharCode(64 + value);
}

/** Why these operations, in this order, are no linearization of the history; null if they are one. */
export function objection(
  order: readonly HistoryOperation[],
  history: readonly HistoryOperation[],
): string | null {
  if (new Set(order).size !== order.length) return 'an operation occurs twice';
  if (order.some((operation) => !history.includes(operation))) return 'an operation is not of the history';
  if (history.some((operation) => operation.outcome !== 'pending' && !order.includes(operation))) {
    return 'an operation is left out';
  }
  return order.some((b, i) => order.slice(i).some((a) => precedes(a, b)))
    ? 'real time is broken'
    : fifoObjection(order);
}

function fifoObjection(order: readonly HistoryOperation[]): string | null {
  const queue: number[] = [];
  for (const { kind, outcome, value } of order) {
    if (outcome === 'full') continue;
    if (kind === 'isEmpty') {
      if (outcome === 'yes' && queue.length > 0) return 'yes is wrong';
      if (outcome === 'no' && queue.length === 0) return 'no is wrong';
    } else if (kind === 'enqueue') queue.push(value!);
    else if (outcome === 'empty') {
      if (queue.length > 0) return 'empty is wrong';
    } else {
      const head = queue.shift();
      if (head === undefined || (outcome === 'value' && head !== value)) return 'the head is another';
    }
  }
  return null;
}

/** Tries every order of every choice of pending operations. For at most six or so operations. */
export function linearizableByBruteForce(history: readonly HistoryOperation[]): boolean {
  const extend = (order: readonly HistoryOperation[]): boolean =>
    objection(order, history) === null ||
    history.some(
      (operation) =>
        !order.includes(operation) &&
        !order.some((earlier) => precedes(operation, earlier)) &&
        fifoObjection([...order, operation]) === null &&
        extend([...order, operation]),
    );
  return extend([]);
}

interface Draft {
  readonly does: 'enqueue' | 'dequeue' | 'isEmpty';
  readonly invoked: number;
  readonly length: number;
  readonly effect: number;
  readonly pending: boolean;
  readonly happens: boolean;
  readonly mistake: 'none' | 'second' | 'last' | 'empty' | 'keep' | 'any';
  readonly value: number;
}

/**
 * Histories of a queue that makes mistakes: it now and then delivers the second value or the last, says "empty" without
 * looking, answers isEmpty the wrong way, forgets to take out what it delivers, or makes an answer up. With `values`, enqueued values
 * are drawn from so many and repeat; without, they are distinct.
 */
export function histories(most: number, values?: number): fc.Arbitrary<HistoryOperation[]> {
  const draft = fc.record<Draft>({
    does: fc.constantFrom('enqueue', 'enqueue', 'dequeue', 'dequeue', 'isEmpty'),
    invoked: fc.nat(2 * most),
    length: fc.integer({ min: 1, max: Math.ceil(most / 2) }),
    effect: fc.nat(most),
    pending: fc.nat(5).map((n) => n === 0),
    happens: fc.boolean(),
    mistake: fc.oneof(
      { weight: 16, arbitrary: fc.constant('none' as const) },
      { weight: 6, arbitrary: fc.constantFrom('second' as const, 'last' as const, 'empty' as const) },
      { weight: 1, arbitrary: fc.constantFrom('keep' as const, 'any' as const) },
    ),
    value: fc.nat((values ?? most) - 1).map((n) => n + 1),
  });
  const lengths = { minLength: Math.ceil(most / 3), maxLength: most, size: 'max' } as const;
  return fc.array(draft, lengths).map((drafts) => executed(drafts, values === undefined));
}

function executed(drafts: readonly Draft[], distinct: boolean): HistoryOperation[] {
  const queue: number[] = [];
  const effectOf = ({ invoked, length, effect }: Draft): number => invoked + (effect % (length + 1));
  let enqueued = 0;
  const inOrder = drafts.toSorted((a, b) => effectOf(a) - effectOf(b));
  return inOrder.map((draft, i) => {
    const returned = draft.pending ? Infinity : draft.invoked + draft.length;
    const takesEffect = !draft.pending || draft.happens;
    if (draft.does === 'isEmpty') {
      const answer = (queue.length === 0) !== (draft.mistake !== 'none');
      return isEmpty(`T${i + 1}#1`, takesEffect ? answer : null, draft.invoked, returned);
    }
    if (draft.does === 'enqueue') {
      const value = distinct ? ++enqueued : draft.value;
      if (takesEffect) queue.push(value);
      return enqueue(`T${i + 1}#1`, value, draft.invoked, returned);
    }
    const answer = takesEffect ? dequeued(queue, draft) : null;
    return dequeue(`T${i + 1}#1`, draft.pending ? null : answer, draft.invoked, returned);
  });
}

function dequeued(queue: number[], { mistake, value }: Draft): number | null {
  if (mistake === 'empty') return null;
  if (mistake === 'any') return value;
  if (mistake === 'keep') return queue[0] ?? null;
  const position = { none: 0, second: 1, last: queue.length - 1 }[mistake];
  return queue.splice(Math.max(0, position), 1)[0] ?? null;
}
