import type { Region } from './declared-memory.ts';
import type { MemoryAccess } from './memory-access.ts';
import { INSPECTED, platform } from './platform.ts';
import { runningThread } from './running.ts';

/** What stands behind a modelled buffer. */
export interface ModelledBuffer {
  readonly memory: MemoryAccess;
  readonly region: Region;
}

const buffers = new WeakMap<object, ModelledBuffer>();

/** What stands behind a buffer that is modelled; undefined if it is another value. */
export function bufferOf(value: unknown): ModelledBuffer | undefined {
  return typeof value === 'object' && value !== null ? buffers.get(value) : undefined;
}

/** A page may have none; its declared arrays have buffers all the same. */
const BUFFERS = platform.SharedArrayBuffer as SharedArrayBufferConstructor | undefined;

/** A SharedArrayBuffer as a thread sees it: all that it does with its bytes is seen. */
export function bufferView(
  memory: MemoryAccess,
  region: Region,
  prototype: object | null = BUFFERS?.prototype ?? null,
): SharedArrayBuffer {
  const modelled: ModelledBuffer = { memory, region };
  const shown = { value: () => `SharedArrayBuffer of ${region.name}` };
  const proxy = new Proxy(Object.create(prototype, { [INSPECTED]: shown }) as SharedArrayBuffer, {
    get: (target, property, receiver) => {
      if (typeof property === 'string' && Object.hasOwn(MEMBERS, property))
        return MEMBERS[property](modelled);
      // What the platform's own constructors ask of an object that is no buffer to them.
      if (property === Symbol.iterator) return memory.refuse(captured(modelled));
      return Reflect.get(target, property, receiver) as unknown;
    },
  });
  buffers.set(proxy, modelled);
  return proxy;
}

function captured({ region }: ModelledBuffer): string {
  return `The buffer "${region.name}" is given to something that does not know it, such as a constructor of typed arrays that was taken before the check ran (const { Int32Array } = globalThis, class Words extends Int32Array): import such code by loaded(() => import('…')) from lockfree-lab/explore.`;
}

/** What a buffer has, by name. */
export const MEMBERS: Readonly<Record<string, (of: ModelledBuffer) => unknown>> = {
  byteLength: ({ region }) => region.bytes.length,
  maxByteLength: ({ region }) => region.most ?? region.bytes.length,
  growable: ({ region }) => region.most !== null,
  grow:
    ({ memory, region }) =>
    (to: number) => {
      if (to === region.bytes.length && region.most !== null) return;
      memory.refuse(
        `The buffer "${region.name}" is to grow from ${region.bytes.length} to ${String(to)} bytes, which is not modelled: let it have its full length from the start.`,
      );
    },
  slice:
    ({ memory, region }) =>
    (begin?: number, end?: number) => {
      const { length } = region.bytes;
      const [from, to] = [relative(begin ?? 0, length), relative(end ?? length, length)];
      const copy = new platform.SharedArrayBuffer(Math.max(0, to - from));
      const bytes = new platform.arrays.Uint8Array(copy);
      for (let i = 0; i < bytes.length; i++) {
        bytes[i] = memory.read({
          region,
          start: from + i,
          kind: region.byte,
          from: 0,
          to: length,
          element: null,
        }) as number;
      }
      runningThread()?.own(copy);
      return copy;
    },
};

/** An index from the end if it is negative, as methods of arrays take it. */
export function relative(index: number, length: number): number {
  const whole = Math.trunc(index) || 0;
  return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length);
}
