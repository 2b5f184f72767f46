import { AudioReader, AudioWriter, ParameterReader, ParameterWriter, RingBuffer } from 'ringbuf.js';
import { describe, expect, test } from 'vitest';
import { check } from '../../../src/checker/index.ts';

const ringOf = (capacity: number) => (): RingBuffer =>
  new RingBuffer(RingBuffer.getStorageForCapacity(capacity, Uint8Array), Uint8Array);

const pushes = (ring: RingBuffer): number => ring.push(Uint8Array.of(1, 2)) + ring.push(Uint8Array.of(3, 4));

const pops = (ring: RingBuffer): string => {
  const got = new Uint8Array(3);
  const count = ring.pop(got);
  return [...got.subarray(0, count), ...(ring.pop(got, 1, 2) === 1 ? [got[2]] : [])].join();
};

/** Fills what it is given with 1, 2, 3 …, which may be in two parts, and says how many they are. */
function fill(...parts: ArrayLike<number>[]): number {
  let next = 1;
  for (const part of parts as number[][]) for (let i = 0; i < part.length; i++) part[i] = next++;
  return next - 1;
}

/** What is popped is the beginning of what was pushed. */
const inOrder = (ring: RingBuffer, [pushed, popped]: readonly unknown[]): boolean => {
  const rest = ring.availableRead();
  const all = '1,2,3,4'.split(',').slice(0, pushed as number);
  return (
    popped === all.slice(0, (pushed as number) - rest).join() &&
    ring.capacity() >= rest &&
    ring.empty() === (rest === 0)
  );
};

const popsOne = (ring: RingBuffer): number => ring.pop(new Uint8Array(1));

describe('ringbuf.js, as it is installed', () => {
  test('hands over bytes in order, round the end of its storage too', () => {
    const { complete, races } = check({ make: ringOf(3), threads: [pushes, pops], finally: inOrder });
    expect({ complete, races }).toEqual({ complete: true, races: [] });
  });

  test('writes by callbacks, in one part and in two', () => {
    const parts = new Set<string>();
    for (const full of [0, 2]) {
      const { complete } = check({
        make: () => {
          const ring = ringOf(3)();
          // So that the second part begins anew.
          ring.push(new Uint8Array(full));
          ring.pop(new Uint8Array(full));
          return ring;
        },
        threads: [
          (ring) =>
            ring.writeCallback(3, (one, two) => {
              parts.add(`${one.length} ${two.length}`);
              return fill(one, two);
            }),
          pops,
        ],
        finally: inOrder,
      });
      expect(complete).toBe(true);
    }
    expect([...parts].toSorted()).toEqual(['2 1', '3 0']);
  });

  test('writes by a callback that is given where', () => {
    const { complete } = check({
      make: ringOf(2),
      threads: [
        (ring) =>
          ring.writeCallbackWithOffset(2, (all, from, count, again, more) =>
            fill(all.subarray(from, from + count), all.subarray(again, again + more)),
          ),
        pops,
      ],
      finally: inOrder,
    });
    expect(complete).toBe(true);
  });

  test('carries audio as floats', () => {
    const { complete } = check({
      make: () => {
        const ring = new RingBuffer(RingBuffer.getStorageForCapacity(4, Float32Array), Float32Array);
        return { writer: new AudioWriter(ring), reader: new AudioReader(ring) };
      },
      threads: [
        ({ writer }) => [writer.enqueue(Float32Array.of(0.5, -0.25)), writer.availableWrite() >= 2],
        ({ reader }) => {
          const got = new Float32Array(2);
          return reader.availableRead() >= 0 && reader.dequeue(got) === 2 ? got.join() : 'none';
        },
      ],
      finally: (_, [, got]) => got === 'none' || got === '0.5,-0.25',
    });
    expect(complete).toBe(true);
  });

  test('carries changes of parameters, of five bytes each', () => {
    const { complete } = check({
      make: () => {
        const ring = ringOf(6)();
        return { writer: new ParameterWriter(ring), reader: new ParameterReader(ring) };
      },
      threads: [
        ({ writer }) => [writer.enqueueChange(7, 0.5), writer.enqueueChange(8, 2)].join(),
        ({ reader }) => {
          const change = { index: 0, value: 0 };
          return reader.dequeueChange(change) ? `${change.index} ${change.value}` : 'none';
        },
      ],
      finally: (_, [sent, got]) => sent.startsWith('true,') && (got === 'none' || got === '7 0.5'),
    });
    expect(complete).toBe(true);
  });

  test('with a second consumer hands over a value twice', () => {
    expect(() =>
      check({
        make: () => {
          const ring = ringOf(2)();
          ring.push(Uint8Array.of(5));
          return ring;
        },
        threads: [popsOne, popsOne],
        finally: (_, [a, b]) => a + b === 1,
      }),
    ).toThrow('What must hold at the end does not.');
  });

  test('is a queue for one producer and one consumer, call by call', () => {
    const { complete } = check({
      make: ringOf(1),
      operations: {
        push: (ring, value: number) => ring.push(Uint8Array.of(value)) === 1,
        pop: (ring) => {
          const got = new Uint8Array(1);
          return ring.pop(got) === 1 ? got[0] : null;
        },
      },
      threads: [
        [
          ['push', 1],
          ['push', 2],
        ],
        [['pop'], ['pop']],
      ],
      model: {
        initial: [] as readonly number[],
        apply: (items, operation, value) => {
          if (operation === 'push') return items.length < 1 ? [[...items, value], true] : [items, false];
          return items.length === 0 ? [items, null] : [items.slice(1), items[0]];
        },
      },
      finally: (ring) => ring.capacity() === 1,
    });
    expect(complete).toBe(true);
  });
});
