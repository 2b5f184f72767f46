import { describe, expect, test } from 'vitest';
import { ControlBlock, RUNNING, WATCHER } from '../../src/threads/control-block.ts';
import { GatedMemory } from '../../src/threads/gated-memory.ts';
import { Pauses, WaitingMemory } from '../../src/threads/perturbation.ts';
import { RecordingMemory } from '../../src/threads/watched-memory.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { Random } from '../../src/random.ts';
import { Geometry, R_STEP } from '../../src/kernel/layout.ts';
import { HEAD } from '../../src/kernel/structures/michael-scott.ts';
import { A1, F1, F3 } from '../../src/kernel/steps.ts';
import { D12, D13, E9 } from '../../src/kernel/structures/michael-scott.ts';

const RECORD = 8;
const sharedWords = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));

const MEMORIES = {
  RecordingMemory: (words: Int32Array) => new RecordingMemory(words, RECORD),
  'RecordingMemory with pauses': (words: Int32Array) =>
    new RecordingMemory(words, RECORD, new Pauses(new Random(1))),
  GatedMemory: (words: Int32Array) =>
    new GatedMemory(words, RECORD, { step: D13, passing: 2, after: false }, ControlBlock.create(1), 1),
} as const;

describe.each(Object.entries(MEMORIES))('%s', (_, make) => {
  test('does what the kernel asks for, and leaves the label of each step in the record', () => {
    const words = sharedWords(64);
    const memory = make(words);
    const label = (): number => words[RECORD + R_STEP];
    memory.store(E9, 0, 7);
    expect([words[0], label()]).toEqual([7, E9]);
    expect([memory.load(D12, 0), label()]).toEqual([7, D12]);
    expect([memory.cas(D13, 0, 7, -8), words[0], label()]).toEqual([true, -8, D13]);
    expect([memory.cas(A1, 0, 7, 9), words[0], label()]).toEqual([false, -8, A1]);
    expect([memory.exchange(F1, 0, 5), words[0], label()]).toEqual([-8, 5, F1]);
    expect([memory.add(F3, 0, 6), words[0], label()]).toEqual([5, 11, F3]);
    memory.poke(1, 3);
    expect([memory.peek(1), label()]).toEqual([3, F3]);
  });
});

test('a gate stays open for every other step and passing', () => {
  const control = ControlBlock.create(1);
  control.run(1);
  const memory = new GatedMemory(sharedWords(64), RECORD, { step: D13, passing: 3, after: true }, control, 1);
  for (let i = 0; i < 100; i++) memory.load(D12, 0);
  memory.load(D13, 0);
  memory.load(D13, 0);
  expect(control.state(1)).toBe(RUNNING);
});

function draw(seed: number, stream: number): number[] {
  const random = new Random(seed, stream);
  return Array.from({ length: 4 }, () => random.next());
}

describe('random numbers', () => {
  test('are the same for the same seed and stream, and others for others', () => {
    expect(draw(7, 1)).toEqual(draw(7, 1));
    const all = [draw(7, 1), draw(7, 2), draw(8, 1), draw(0, 0), draw(2 ** 32 - 1, 0)];
    expect(new Set(all.flat()).size).toBe(20);
  });

  test('fall on all numbers below a limit, and on no other', () => {
    const random = new Random(3);
    const seen = new Set(Array.from({ length: 1000 }, () => random.below(10)));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('an attendant', () => {
  test('is asked before the first step that reads and writes at once, and then after as many as it wanted', () => {
    const asked: number[] = [];
    let made = 0;
    const attendant = {
      attend: () => {
        asked.push(made);
        return 3;
      },
    };
    const memory = new RecordingMemory(sharedWords(64), RECORD, attendant);
    for (; made < 8; made++) {
      memory.load(D12, 0);
      memory.cas(D13, 0, 1, 1);
    }
    expect(asked).toEqual([0, 3, 6]);
  });

  test('may have another one beside it, which is asked as seldom as it wants', () => {
    let asked = 0;
    const seldom = {
      attend: () => {
        asked++;
        return 10_000;
      },
    };
    const memory = new RecordingMemory(sharedWords(64), RECORD, new Pauses(new Random(5), seldom));
    for (let i = 0; i < 40_000; i++) memory.cas(D13, 0, 1, 1);
    expect(asked).toBeGreaterThanOrEqual(4);
    expect(asked).toBeLessThanOrEqual(5);
  });
});

describe('a thread that waits for a slot to be recycled', async () => {
  const choice = await chooseScheme('naive');

  test('goes on after a bounded time if it is not, and does what it was about to do', () => {
    const words = attachWords(createBuffer({ slots: 4, threads: 1 }, choice));
    const record = new Geometry(new AtomicsMemory(words)).record(1);
    const control = ControlBlock.create(1);
    const idle = { attend: () => 1_000_000 };
    const memory = new WaitingMemory(words, record, idle, new Random(3), { control, thread: 1 });
    const head = words[HEAD];
    let swaps = 0;
    for (let i = 0; i < 130; i++) if (memory.cas(D13, HEAD, head, head)) swaps++;
    expect([swaps, control.words[WATCHER], words[HEAD]]).toEqual([130, 0, head]);
  });
});
