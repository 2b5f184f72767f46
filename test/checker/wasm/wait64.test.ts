import { expect, test } from 'vitest';
import { CheckFailure } from '../../../src/checker/check-failure.ts';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import { buildModule, constant, i32 } from './build-module.ts';

const AT = constant(1032);
const [ZERO, ONE, FOR_EVER] = [0, 1, 0x7f].map((byte) => [0x42, byte]);
const store = [...AT, ...ONE!, 0xfe, 0x18, 3, 0];
const wake = [...AT, ...constant(1), 0xfe, 0, 2, 0];

/** A thread sleeps while 64 bits are 0; others set them, and wake it or not. */
const sleeping = buildModule({
  functions: [
    { name: 'sleep', parameters: [], results: [i32], body: [...AT, ...ZERO!, ...FOR_EVER!, 0xfe, 2, 3, 0] },
    { name: 'wake', parameters: [], results: [i32], body: [...store, ...wake] },
    { name: 'set', parameters: [], results: [], body: store },
  ],
});

test('memory.atomic.wait64 sleeps until it is woken, or not at all where the bits are others', () => {
  const seen = new Set<string>();
  const { complete } = checkWasm(sleeping, {
    threads: [['sleep'], ['wake']],
    finally: (_, results) => void seen.add(results.join()),
  });
  // Woken by the notify; or after the store, not put to sleep, and nobody is woken.
  expect([complete, [...seen].toSorted()]).toEqual([true, ['0,1', '1,0']]);
});

test('who sleeps in memory.atomic.wait64 and is never woken is found', () => {
  expect(() => checkWasm(sleeping, { threads: [['sleep'], ['set']] })).toThrow(CheckFailure);
  expect(() => checkWasm(sleeping, { threads: [['sleep'], ['set']] })).toThrow(/T1 .*sleep/);
});
