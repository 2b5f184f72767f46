// A batch is the kernel's loop, and a program of the explorer tells its operations one by one.
import { CARD } from '../../src/kernel/structures/michael-scott.ts';
import { expect, test } from 'vitest';
import { model } from '../../src/model/engine.ts';
import { makeOperation } from '../../src/laboratory/call.ts';
import { type Answer, operationsOf } from '../../src/laboratory/operations.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { parseProgram } from '../../src/laboratory/program.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { type Exploration, explore } from '../../src/explore/explore.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { EMPTY, FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';

/** What an exploration says of its search, and not of its time. */
function said({ program: _program, seconds: _seconds, findings, ...rest }: Exploration): unknown {
  return { ...rest, found: findings.map(({ kind, schedule }) => `${kind} ${schedule}`) };
}

test.each([
  ['[A] d2 | e', '[A] d d | e', 'tagged'],
  ['e2 | d', 'e e | d', 'tagged'],
  ['[A] d | d1 e1 d1', '[A] d | d e d', 'naive'],
])('%s has the executions of %s, and its damage', async (batches, calls, scheme) => {
  const options = { slots: 6, preemptions: 1 };
  const own = await explore(batches, scheme, options);
  const others = await explore(calls, scheme, options);
  expect(own.executions).toBeGreaterThan(1);
  expect(said(own)).toEqual(said(others));
});

test('a batch ends at the first "empty" and at the first "full", and its operations answer one by one', async () => {
  await using steppers = new Steppers();
  for (const stage of [model, steppers]) {
    const scenario = programScenario('d2 e9 | d2 e', 6, 'T1@end; T2@end');
    const { trace, findings } = await runScenario(stage, scenario, await claimedCase('tagged'));
    const answers = trace.events.flatMap((event) =>
      event.kind === 'return' ? [`T${event.thread}.${event.op} ${event.name} ${event.outcome}`] : [],
    );
    expect(answers).toEqual([
      'T1.1 dequeue empty',
      ...[3, 4, 5, 6, 7].map((op) => `T1.${op} enqueue ok`),
      'T1.8 enqueue full',
      'T2.1 dequeue value',
      'T2.2 dequeue value',
      'T2.3 enqueue ok',
    ]);
    expect(findings).toEqual([]);
  }
});

test('all of a chain takes effect by one step, and its operations answer there', async () => {
  await using steppers = new Steppers();
  const traces = [];
  for (const stage of [model, steppers]) {
    const scenario = programScenario('e*3 | d*2 d*2', 8, 'T1@end; T2@end');
    const { trace, findings } = await runScenario(stage, scenario, await claimedCase('tagged'));
    expect(findings).toEqual([]);
    traces.push(trace.events);
  }
  const [events = [], ofThreads] = traces;
  expect(ofThreads).toEqual(events);
  const all = events.flatMap((event) => {
    if (event.kind === 'invoke') return [`T${event.thread} ${event.name}`];
    if (event.kind === 'return') return [`T${event.thread} ${event.outcome}`];
    return event.kind === 'step' && /^(E9|E17|CH10|E3|CH1)$/.test(event.label) ? [event.label] : [];
  });
  expect(all).toEqual([
    'T1 enqueue',
    'CH1',
    'CH1',
    'E3',
    'E9',
    'T1 ok',
    'T1 enqueue',
    'T1 ok',
    'T1 enqueue',
    'E17',
    'T1 ok',
    'T2 dequeue',
    'CH10',
    'T2 value',
    'T2 dequeue',
    'T2 value',
    'T2 dequeue',
    'CH10',
    'T2 value',
  ]);
});

test.each(['e*2 | d*2', '[A] e*2 | d'])(
  '%s is made of single operations under a scheme that does not admit chains',
  async (chains) => {
    const options = { slots: 10, preemptions: 1 };
    const own = await explore(chains, 'reference-counting', options);
    expect(own.executions).toBeGreaterThan(1);
    expect(said(own)).toEqual(said(await explore(chains.replaceAll('*', ''), 'reference-counting', options)));
  },
);

test('a chain that nobody sees yet is no damage, where the last free slot is in it as well', async () => {
  const { complete, findings } = await explore('e*2 e*2 | i', 'tagged', { slots: 5 });
  expect([complete, findings]).toEqual([true, []]);
});

test('a structure without chains says so', () => {
  expect(() => parseProgram('treiber-stack:push*2 | pop')).toThrow(
    'The chain "push*2" in thread 1 of the program "treiber-stack:push*2 | pop" cannot be made: the Treiber stack takes in and gives out each value by a step of its own; write a batch, push2.',
  );
});

test('an operation of a batch that throws ends the batch, and the thread goes on', async () => {
  class Throwing<S extends Scheme> extends MichaelScottQueue<S> {
    override enqueue(value: number): number {
      if (value === 66) throw new Error('not B');
      return super.enqueue(value);
    }
  }
  const { executions, bad } = await explore('e3 d2', 'tagged', {
    slots: 6,
    variant: { structure: Throwing },
  });
  expect({ executions, bad }).toEqual({ executions: 1, bad: 0 });
});

/** What a batch tells that the kernel's loop makes on a queue which answers as given. */
function told(text: string, answers: readonly number[], results: readonly number[] = []): string[] {
  const [given, values] = [[...answers], [...results]];
  const next = (): number => given.shift() ?? EMPTY;
  const queue = { put: next, take: next, result: () => values.shift() };
  const lines: string[] = [];
  makeOperation(
    parseProgram(text).threads[0]![0]!,
    0,
    { structure: queue } as unknown as Participant,
    operationsOf(CARD),
    {
      begin: (call, { name, argument }) => lines.push(`${call} ${name} ${argument ?? ''}`),
      answer: ({ outcome, value }: Answer) => lines.push(`${outcome} ${value ?? ''}`),
    },
  );
  return lines.map((line) => line.trim());
}

test('what is told is what the caller of the batch handed over and got', () => {
  expect(told('e2', [OK, FULL])).toEqual(['0 enqueue 65', 'ok', '1 enqueue 66', 'full']);
  expect(told('d3', [VALUE, VALUE, EMPTY], [7, 8])).toEqual([
    '0 dequeue',
    'value 7',
    '1 dequeue',
    'value 8',
    '2 dequeue',
    'empty',
  ]);
});
