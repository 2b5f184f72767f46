import { expect, test } from 'vitest';
import { parseTrace, printTrace } from '../../src/observe/trace-file.ts';
import type { Trace } from '../../src/observe/trace.ts';

const trace: Trace = {
  header: {
    kind: 'trace',
    v: 1,
    subject: 'aba-dequeue',
    scheme: 'naive',
    slots: 6,
    stride: 8,
    threads: 2,
    tagBits: 0,
    schedule: '1x2',
    words: 100,
    initial: [[3, 6]],
  },
  events: [
    { kind: 'invoke', step: 1, thread: 1, op: 1, name: 'dequeue', argument: null },
    {
      kind: 'step',
      step: 1,
      thread: 1,
      op: 1,
      label: 'D2',
      access: 'load',
      address: 32,
      before: 1,
      after: 1,
      writes: [[7, -1]],
      reads: [9],
    },
    { kind: 'return', step: 2, thread: 1, op: 1, name: 'dequeue', outcome: 'empty', value: null },
    { kind: 'stop', step: 2, thread: 2, reason: 'killed', before: 'D13', writes: [[5, 3]] },
  ],
  verdict: { kind: 'verdict', verdict: 'as-claimed', findings: [] },
};

test('a trace survives being written and read', () => {
  expect(parseTrace(printTrace(trace), 'x.jsonl')).toEqual(trace);
});

test('a file that was cut off is readable up to the cut', () => {
  const text = printTrace(trace);
  for (let length = text.indexOf('\n') + 1; length < text.length; length++) {
    const cut = parseTrace(text.slice(0, length), 'x.jsonl');
    expect(cut.header).toEqual(trace.header);
    expect(trace.events.slice(0, cut.events.length)).toEqual(cut.events);
  }
  expect(parseTrace(text.slice(0, text.lastIndexOf('{"kind":"verdict"') - 5), 'x.jsonl').events).toHaveLength(
    3,
  );
});

test('lines of unknown kinds are skipped', () => {
  const lines = printTrace(trace).split('\n');
  lines.splice(2, 0, '{"kind":"comment","text":"from the future"}');
  expect(parseTrace(lines.join('\n'), 'x.jsonl')).toEqual(trace);
});

test.each([
  ['', 'is no trace'],
  ['hello\n', 'is no trace'],
  ['{"kind":"step"}\n', 'is no trace'],
  ['{"kind":"trace","v":2}\n', 'a trace of version 2'],
  ['{"kind":"trace","v":1,"words":10}\n', 'lacks initial, slots, threads, scheme, subject'],
])('%j is refused with a sentence', (text, sentence) => {
  expect(() => parseTrace(text, 'x.jsonl')).toThrow(sentence);
});
