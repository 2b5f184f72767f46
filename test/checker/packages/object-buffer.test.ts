import * as objectBuffer from '@bnaya/objectbuffer';
import { describe, expect, test } from 'vitest';
import { check } from '../../../src/checker/index.ts';

const { createObjectBuffer, acquireLock, acquireLockWait, releaseLock } = objectBuffer;

const external = {
  textEncoder: new TextEncoder(),
  textDecoder: new TextDecoder(),
  arrayAdditionalAllocation: 0,
  minimumStringAllocation: 0,
};

/** An object that lives in shared memory, and a word of plain memory that its lock guards. */
const make = () => ({
  object: createObjectBuffer<{ n: number }>(external, 256, { n: 40 }, { useSharedArrayBuffer: true }),
  count: new Int32Array(new SharedArrayBuffer(4)),
});
type Made = ReturnType<typeof make>;

const adds =
  (me: number) =>
  ({ object }: Made): boolean => {
    if (!acquireLock(me, object)) return false;
    object.n++;
    releaseLock(me, object);
    return true;
  };

describe('the lock of @bnaya/objectbuffer, as it is installed', () => {
  test('excludes, whether a thread waits for it or tries', () => {
    const said = new Set<string>();
    const { complete } = check({
      make,
      threads: [
        ({ object, count }: Made) => {
          const got = acquireLockWait(1, object, 10);
          if (got === 'have-lock') {
            count[0]!++;
            releaseLock(1, object);
          }
          return got;
        },
        ({ object, count }: Made) => {
          if (!acquireLock(2, object)) return 'missed';
          count[0]!++;
          releaseLock(2, object);
          return 'have-lock';
        },
      ],
      finally: ({ count }, results) => {
        said.add(results.join());
        return results.filter((result) => result === 'have-lock').length === count[0];
      },
    });
    expect(complete).toBe(true);
    expect([...said].toSorted()).toEqual([
      'have-lock,have-lock',
      'have-lock,missed',
      'no-lock,have-lock',
      'timed-out,have-lock',
    ]);
  });

  test('guards an object that is kept in the same buffer', () => {
    const { complete } = check({
      make,
      threads: [adds(1), adds(2)],
      finally: ({ object }, added) => object.n === 40 + added.filter(Boolean).length,
    });
    expect(complete).toBe(true);
  });
});
