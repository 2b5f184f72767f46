import { nodeModule } from './node-module.ts';
import { asking } from './outside.ts';
import { platform } from './platform.ts';
import type { ThreadWords } from './thread-words.ts';

const { process: host } = globalThis as { process?: NodeJS.Process };
const nodeCrypto = nodeModule('crypto');
const ownCrypto = Object.getOwnPropertyDescriptor(globalThis, 'crypto');

type Filled = Uint8Array | BigUint64Array;

/** Fills an array of integers with what one number from 0 to 1 means in its range: one choice for all. */
function fill<T>(thread: ThreadWords, array: T, by: string): T {
  const into = array as unknown as Filled;
  const { BYTES_PER_ELEMENT: bytes, length } = into;
  const share = thread.random(by);
  for (let i = 0; i < length; i++)
    into[i] = (
      bytes === 8 ? BigInt(Math.floor(share * 2 ** 52)) << 12n : Math.floor(share * 2 ** (8 * bytes))
    ) as never;
  return array;
}

function uuid(thread: ThreadWords): string {
  const bytes = fill(thread, new platform.arrays.Uint8Array(16), 'crypto.randomUUID');
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

type AnyFunction = (...given: never[]) => unknown;

/** What a thread is given in the place of random values, by name. */
const MODELLED: Readonly<Record<string, (thread: ThreadWords, ...given: never[]) => unknown>> = {
  getRandomValues: (thread, array: Filled) => fill(thread, array, 'crypto.getRandomValues'),
  randomFillSync: (thread, array: Filled) => fill(thread, array, 'crypto.randomFillSync'),
  randomUUID: uuid,
  randomBytes: (thread, size: number) =>
    fill(
      thread,
      (globalThis as { Buffer: { alloc(of: number): Uint8Array } }).Buffer.alloc(size),
      'crypto.randomBytes',
    ),
  randomInt: (thread, from: number, to?: number) => {
    const [low, high] = typeof to === 'number' ? [from, to] : [0, from as number];
    return low + Math.floor(thread.random('crypto.randomInt') * (high - low));
  },
};

/** A method that answers a thread by what the check says, and others as the platform does. */
function modelled(name: string, own: AnyFunction): AnyFunction {
  return (...given: never[]) => {
    const thread = asking();
    if (thread === null) return own(...given);
    if (typeof given.at(-1) === 'function')
      thread.refuse(
        `T${thread.number} calls crypto.${name} with a callback, which is not modelled: let it take the answer at once.`,
      );
    return MODELLED[name](thread, ...given);
  };
}

/** The global `crypto`, whose random values are modelled. The platform's is loaded when it is first asked for something. */
export const modelledCrypto: object = new Proxy(Object.create(null) as object, {
  get: (_, name) => {
    const own = (ownCrypto?.get?.call(globalThis) ?? ownCrypto?.value) as Record<string | symbol, unknown>;
    const method = own[name];
    if (typeof method !== 'function') return method;
    const bound = method.bind(own) as AnyFunction;
    return typeof name === 'string' && Object.hasOwn(MODELLED, name) ? modelled(name, bound) : bound;
  },
});

/** Those of `node:crypto` that can be replaced. */
export const nodeRandomValues: readonly (readonly [name: string, by: unknown])[] =
  nodeCrypto === undefined
    ? []
    : Object.keys(MODELLED).flatMap((name) => {
        const own = Object.getOwnPropertyDescriptor(nodeCrypto, name);
        return own?.writable === true ? [[name, modelled(name, own.value as AnyFunction)] as const] : [];
      });

/** The module itself, in whose place they stand. */
export const cryptoModule: object | undefined = nodeCrypto;

/** True if there is a global `crypto`. */
export const hasCrypto: boolean = ownCrypto !== undefined;

const ownTime = host?.hrtime;

/** `process.hrtime`, by the clock of the check. */
export const hrtime: unknown = Object.assign(
  (since?: [number, number]): [number, number] => {
    const thread = asking();
    if (thread === null) return (ownTime as NodeJS.HRTime)(since);
    const milliseconds = thread.lookAtClock('process.hrtime');
    const [seconds, nanoseconds] = since ?? [0, 0];
    const passed = milliseconds * 1e6 - nanoseconds;
    const whole = Math.floor(passed / 1e9);
    return [whole - seconds, passed - 1e9 * whole];
  },
  {
    bigint: (): bigint => {
      const thread = asking();
      if (thread === null) return (ownTime as NodeJS.HRTime).bigint();
      return BigInt(thread.lookAtClock('process.hrtime')) * 1_000_000n;
    },
  },
);
