import { expect, test } from 'vitest';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import { buildModule, constant, i32 } from './build-module.ts';

const [local, setLocal, global, setGlobal] = [0x20, 0x21, 0x23, 0x24];
const [multiply, plus, drop] = [0x6c, 0x6a, 0x1a];
/** Adds 1 to the word at 0 that threads share: a step. */
const step = [...constant(0), ...constant(1), 0xfe, 0x1e, 2, 0, drop];
const result = { parameters: [], results: [i32] };

/** Answers 100 times what function 0 of the table does, 10 times the global and one more, and a byte of the segment; then all are changed. */
const changing = buildModule({
  functions: [
    { name: 'one', ...result, body: constant(1) },
    { name: 'two', ...result, body: constant(2) },
    {
      name: 'run',
      parameters: [i32],
      results: [i32],
      locals: [i32],
      body: [
        [...constant(0), 0x11, 0, 0, ...constant(100), multiply, setLocal, 1],
        [...constant(0), 0xd2, 1, 0x26, 0],
        [local, 0, ...constant(0), ...constant(4), 0xfc, 8, 0, 0, 0xfc, 9, 0],
        [global, 0, ...constant(1), plus, setGlobal, 0],
        [...step, ...step],
        [local, 1, global, 0, ...constant(10), multiply, plus, local, 0, 0x28, 2, 0, plus],
      ].flat(),
    },
  ],
  table: [0],
  globals: [[i32, 1, ...constant(0), 0x0b]],
  passive: [[7, 0, 0, 0]],
});

test('tables, passive segments and globals are in each execution what they were at first', () => {
  const { executions, complete } = checkWasm(changing, {
    threads: [
      ['run', 16],
      ['run', 32],
    ],
    finally: (_, [one, other]) => one === 117 && other === 117,
  });
  expect([executions, complete]).toEqual([6, true]);
});
