import { describe, expect, test } from 'vitest';
import { check, UsageError } from '../../src/checker/index.ts';

interface Words {
  readonly memory: SharedArrayBuffer;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly numbers: Int32Array<SharedArrayBuffer>;
}

/** What code can do with memory besides what arrays are for. The platform's memory and the modelled one have to answer alike. */
const DOES: Readonly<Record<string, (words: Words) => unknown>> = {
  'takes getters of a DataView and of a buffer out of their prototypes': ({ memory }) => [
    getterOf(DataView.prototype, 'byteLength').call(new DataView(memory, 4)),
    getterOf(DataView.prototype, 'byteOffset').call(new DataView(memory, 4)),
    getterOf(DataView.prototype, 'buffer').call(new DataView(memory)) === memory,
    getterOf(SharedArrayBuffer.prototype, 'byteLength').call(memory),
    getterOf(SharedArrayBuffer.prototype, 'growable').call(memory),
  ],
  'calls methods of prototypes': ({ memory, numbers }) => [
    DataView.prototype.getInt16.call(new DataView(memory), 0),
    DataView.prototype.getInt16.call(new DataView(new ArrayBuffer(4)), 0),
    SharedArrayBuffer.prototype.slice.call(memory, 4).byteLength,
    Int32Array.prototype.indexOf.call(numbers, 4),
    Array.prototype.slice.call(numbers, 1),
  ],
  'defines, deletes and describes elements': ({ numbers }) => [
    Reflect.defineProperty(numbers, 0, { value: 3 }),
    Reflect.defineProperty(numbers, 0, { value: 4, writable: false }),
    Reflect.defineProperty(numbers, 9, { value: 4 }),
    Reflect.defineProperty(numbers, 1, { get: () => 1 }),
    Reflect.deleteProperty(numbers, 0),
    Reflect.deleteProperty(numbers, 9),
    Object.getOwnPropertyDescriptor(numbers, 0),
    Object.entries(numbers),
    Object.assign(numbers, [9, 8]).join(),
  ],
  'decodes a buffer and a DataView': ({ bytes }) => [
    new TextDecoder().decode(bytes.buffer as unknown as ArrayBuffer),
    new TextDecoder().decode(new DataView(bytes.buffer, 1, 2)),
    new TextDecoder().decode(bytes.subarray(1)),
  ],
  'copies an array into a Buffer, and a Buffer into an array': ({ bytes }) => [
    Buffer.from(bytes).toString(),
    (bytes.set(Buffer.from('ok')), bytes.join()),
  ],
  'gives memory of its own to the platform': () => new Blob([new Uint8Array(3)]).size,
  'gives way': () => (Atomics as { pause?: () => void }).pause?.(),
};

function getterOf(prototype: object, name: string): () => unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as () => unknown;
}

describe('code that looks at memory in other ways', () => {
  test.each(Object.entries(DOES))('%s, and is answered as always', (_, does) => {
    const bytes = new Uint8Array(new SharedArrayBuffer(4));
    const numbers = new Int32Array(new SharedArrayBuffer(16));
    bytes.set([104, 105, 106, 107]);
    numbers.set([5, 1, 4, 2]);
    const declared = { bytes: bytes.slice(), numbers: numbers.slice() };
    const expected = does({ memory: new SharedArrayBuffer(8), bytes, numbers });
    check({
      words: { memory: new SharedArrayBuffer(8), ...declared, x: 0 },
      threads: [({ x, ...words }) => [x.load(), does(words as unknown as Words)]],
      finally: (_words, [[, answered]]) => expect(answered).toEqual(expected),
    });
  });

  const given = { words: { bytes: new Uint8Array(4), numbers: [0, 0] } };
  test.each<[string, (words: Pick<Words, 'bytes' | 'numbers'>) => unknown, RegExp]>([
    ['a Buffer over it', ({ bytes }) => Buffer.from(bytes.buffer), /^Buffer\.from is given shared memory/],
    ['a Buffer of several', ({ bytes }) => Buffer.concat([bytes]), /^Buffer\.concat is given/],
    ['a copy out of a Buffer', ({ bytes }) => Buffer.from('a').copy(bytes), /^Buffer\.copy is given/],
    ['a Blob', ({ bytes }) => new Blob([bytes as never]), /^Blob is given shared memory.*a copy, as slice/],
    [
      'code of WebAssembly',
      ({ bytes }) => (WebAssembly as unknown as { validate(code: unknown): boolean }).validate(bytes),
      /^WebAssembly\.validate/,
    ],
    ['a frozen array', ({ numbers }) => Object.freeze(numbers), /^Int32Array over "numbers" is to be frozen/],
    [
      'a getter of all arrays',
      ({ numbers }) =>
        getterOf(Object.getPrototypeOf(Int32Array.prototype) as object, 'length').call(numbers),
      /^T1 throws "Method get TypedArray\.prototype\.length called.*let the code ask the array itself/,
    ],
  ])('is refused by name where it is not modelled: %s', (_, body, why) => {
    const asked = (): unknown => check({ ...given, threads: [body as never] });
    expect(asked).toThrow(UsageError);
    expect(asked).toThrow(why);
  });

  test('finds everything as it was when the check is over', () => {
    const before = [Buffer.from, Blob, DataView.prototype.getInt8, getterOf(DataView.prototype, 'buffer')];
    check({ words: { x: 0 }, threads: [({ x }) => x.load()] });
    expect([Buffer.from, Blob, DataView.prototype.getInt8, getterOf(DataView.prototype, 'buffer')]).toEqual(
      before,
    );
  });
});
