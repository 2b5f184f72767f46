import { describe, expect, test } from 'vitest';
import { totalWords } from '../../src/kernel/layout.ts';
import { parseTrace, parseTraceSoFar, printTrace } from '../../src/observe/trace-file.ts';
import { type Trace, type TraceEvent, type TraceHeader, TRACE_VERSION } from '../../src/observe/trace.ts';

const trace: Trace = {
  header: {
    kind: 'trace',
    v: TRACE_VERSION,
    subject: 'aba-dequeue',
    scheme: 'naive',
    slots: 6,
    stride: 8,
    threads: 2,
    tagBits: 0,
    schedule: '1x2',
    words: totalWords(6, 8, 2, 2, 0),
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
    { kind: 'return', step: 1, thread: 1, op: 1, name: 'dequeue', outcome: 'empty', value: null },
    { kind: 'stop', step: 1, thread: 2, reason: 'killed', before: 'D13', writes: [[5, 3]] },
  ],
  verdict: { kind: 'verdict', verdict: 'as-claimed', findings: [] },
};

test('a trace survives being written and read', () => {
  expect(parseTrace(printTrace(trace), 'x.jsonl')).toEqual(trace);
});

test('a file that was cut short is readable up to the cut, and no trace', () => {
  const text = printTrace(trace);
  for (let length = text.indexOf('\n') + 1; length < text.length; length++) {
    const { trace: part, cut } = parseTraceSoFar(text.slice(0, length), 'x.jsonl');
    expect(part.header).toEqual(trace.header);
    expect(trace.events.slice(0, part.events.length)).toEqual(part.events);
    const lines = text.slice(0, length).replace(/\n$/, '').split('\n').length;
    expect(cut).toMatch(
      /^The trace x\.jsonl is cut short (after step 1|before its first step) \(line \d\): /,
    );
    expect(cut).toContain(`(line ${lines})`);
    expect(() => parseTrace(text.slice(0, length), 'x.jsonl')).toThrow(cut!);
  }
});

describe('a file that is not as it was written is refused with its line', () => {
  const lines = printTrace(trace).split('\n');
  const [header, invoke, step, response, stop, verdict, end] = lines as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const foreign = printTrace({ ...trace, verdict: null })
    .trimEnd()
    .split('\n')
    .at(-1)!;
  test.each<[string, readonly string[], number, string]>([
    ['a line is gone', [header, invoke, response, stop, verdict, end], 3, '5 lines before its last one'],
    ['a line is there twice', [header, invoke, step, step, response, stop, verdict, end], 4, 'which says 6'],
    [
      'two lines have changed places',
      [header, invoke, response, step, stop, verdict, end],
      3,
      'not as it was',
    ],
    [
      'a number is another',
      [header, invoke, step.replace('32', '33'), response, stop, verdict, end],
      3,
      'not as',
    ],
    [
      'a line is spaced otherwise',
      [header, invoke, step, response, ` ${stop}`, verdict, end],
      5,
      'not as it',
    ],
    ['the verdict is gone', [header, invoke, step, response, stop, end], 6, '5 lines before its last one'],
    [
      'there is more',
      [header, invoke, step, response, stop, verdict, end, stop],
      8,
      'goes on behind its last',
    ],
    [
      'the end is of another file',
      [header, invoke, step, response, stop, verdict, foreign],
      6,
      'which says 5',
    ],
    [
      'the hash is another',
      [header, invoke, step, response, stop, verdict, `${end.slice(0, -4)}00"}`],
      7,
      'not as',
    ],
  ])('%s', (_what, altered, line, why) => {
    const read = (): unknown => parseTrace(`${altered.join('\n')}\n`, 'x.jsonl');
    expect(read).toThrow(/^The trace x\.jsonl is damaged \(line \d+: [^\n]*\): record it again/);
    expect(read).toThrow(`(line ${line}: `);
    expect(read).toThrow(why);
  });
});

/** The trace with other members in one of its events, sealed as if the lab had written it so. */
function forged(event: number, change: Readonly<Record<string, unknown>>): string {
  const events = trace.events.map((each, i) => (i === event ? { ...each, ...change } : each));
  return printTrace({ ...trace, events: events as TraceEvent[] });
}

describe('a file that no lab has written is refused with its line', () => {
  test.each<[number, Readonly<Record<string, unknown>>, string]>([
    [0, { name: 'enqueue', argument: undefined }, 'line 2: the invoke has no proper "argument"'],
    [0, { name: 'enqueue', argument: null }, 'line 2: the invoke has no proper "argument"'],
    [0, { step: 7 }, 'line 2: the invoke has the number 7 and follows step 0'],
    [1, { step: 2 }, 'line 3: the step has the number 2 and follows step 0'],
    [1, { after: 1.5 }, 'line 3: the step has no proper "after"'],
    [1, { before: 1e99 }, 'line 3: the step has no proper "before"'],
    [1, { writes: [[7]] }, 'line 3: the step has no proper "writes.0.1"'],
    [1, { address: 1_000_000 }, 'line 3: the step names the word 1000000 of 536'],
    [1, { reads: [536] }, 'line 3: the step names the word 536 of 536'],
    [1, { thread: 3 }, 'line 3: the step is of a thread 3 that there is not'],
    [1, { kind: 'weather' }, 'line 3: it is no event of a trace'],
    [1, { kind: 'toString' }, 'line 3: it is no event of a trace'],
    [2, { thread: 0 }, 'line 4: the return has no proper "thread"'],
    [3, { reason: 'bored' }, 'line 5: the stop has no proper "reason"'],
  ])('event %i with %j', (event, change, sentence) => {
    expect(() => parseTrace(forged(event, change), 'x.jsonl')).toThrow(sentence);
  });

  test.each<[Readonly<Record<string, unknown>>, string]>([
    [
      { words: 2 ** 25 },
      "line 1: the header's 6 slots of 8 words, 2 records, 2 roots and 0 cells do not make 33554432 words",
    ],
    [{ words: 1e15 }, 'line 1: the header has no proper "words"'],
    [{ threads: 65 }, 'line 1: the header has no proper "threads"'],
    [{ scheme: 7 }, 'line 1: the header has no proper "scheme"'],
    [{ initial: undefined }, 'line 1: the header has no proper "initial"'],
    [{ v: 1 }, 'is a trace of version 1, and this lockfree-lab reads the versions 2 and 3'],
    [{ v: [{}] }, 'is a trace of version [{}], and'],
  ])('a header with %j', (change, sentence) => {
    const header = { ...trace.header, ...change } as unknown as TraceHeader;
    expect(() => parseTrace(printTrace({ ...trace, header }), 'x.jsonl')).toThrow(sentence);
  });

  test.each([
    ['', 'is no trace'],
    ['hello\n', 'is no trace'],
    ['{"kind":"step"}\n', 'is no trace'],
    ['{"kind":"trace","v":1}\n', 'is a trace of version 1'],
    ['{"kind":"trace","v":2}', 'line 1: the header has no proper "subject"'],
  ])('%j', (text, sentence) => {
    expect(() => parseTrace(text, 'x.jsonl')).toThrow(sentence);
  });
});

test('what a file says is read with its hidden characters shown', () => {
  const header = { ...trace.header, subject: 'a\u001b]0;b\u0007 \u202e' };
  expect(parseTrace(printTrace({ ...trace, header }), 'x').header.subject).toBe('a\\x1b]0;b\\x07 \\u202e');
  expect(() => parseTrace('', 'a\u001b[2J')).toThrow('a\\x1b[2J is no trace');
});
