import { bufferOf, bufferView } from '../buffers.ts';
import { isDataView } from '../data-views.ts';
import type { ElementKind } from '../kinds.ts';
import { INSPECTED, platform, types } from '../platform.ts';
import { textOf } from '../text.ts';
import type { ThreadWords } from '../thread-words.ts';
import { arrayView, viewOf } from '../views.ts';
import type { Message } from './event-words.ts';

/** A port on its way to another thread. */
export interface SentPort {
  readonly port: number;
  /** How many of its messages were taken. */
  readonly taken: number;
}

/** A port that is sent along, by the object that stands for it here. */
export type PortsSent = ReadonlyMap<unknown, SentPort>;

/** A part of a message: its sort, and what belongs to it. Parts that are one object are one part: later ones are references. */
type Cloned = null | boolean | number | string | readonly [sort: string, ...of: unknown[]];

const allPorts = new WeakSet<object>();

/** Says of an object that it is a modelled port. */
export function isNowPort(port: object): void {
  allPorts.add(port);
}

export function isPort(value: unknown): boolean {
  return typeof value === 'object' && value !== null && allPorts.has(value);
}

/** What cannot be sent, as the platform says it. */
function cannotClone(what: string): never {
  const { DOMException: Thrown = Error } = globalThis as {
    DOMException?: new (m: string, n: string) => Error;
  };
  throw new Thrown(`${what} could not be cloned.`, 'DataCloneError');
}

/** Copies what is sent into a message, by the rules of structured cloning. Modelled memory is shared, not copied. */
export function messageOf(value: unknown, sent: PortsSent, words: ThreadWords): Message {
  const part = new Encoder(sent, words).part(value);
  const key = JSON.stringify([part, [...sent.values()].map(({ port, taken }) => [port, taken])]);
  return { key, text: () => textOfMessage(key) };
}

/** What a thread is given of a message. */
export function contentOf(
  { key }: Pick<Message, 'key'>,
  words: ThreadWords,
  portOf: (sent: SentPort) => unknown,
): unknown {
  const [part, ports] = JSON.parse(key) as [Cloned, [port: number, taken: number][]];
  const made = ports.map(([port, taken]) => portOf({ port, taken }));
  return new Decoder(made, words).value(part);
}

/** A message as people read it. */
function textOfMessage(key: string): string {
  const [part, ports] = JSON.parse(key) as [Cloned, unknown[]];
  return textOf(
    new Decoder(
      ports.map(() => new Told('MessagePort')),
      null,
    ).value(part),
  );
}

class Encoder {
  readonly #sent: PortsSent;
  readonly #words: ThreadWords;
  readonly #known = new Map<object, number>();

  constructor(sent: PortsSent, words: ThreadWords) {
    this.#sent = sent;
    this.#words = words;
  }

  part(value: unknown): Cloned {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'undefined':
        return ['undefined'];
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : ['number', Object.is(value, -0) ? '-0' : String(value)];
      case 'bigint':
        return ['bigint', String(value)];
      case 'object':
        return value === null ? null : this.#object(value);
      default:
        return cannotClone(textOf(value));
    }
  }

  #object(value: object): Cloned {
    const known = this.#known.get(value);
    if (known !== undefined) return ['again', known];
    this.#known.set(value, this.#known.size);
    const port = [...this.#sent.keys()].indexOf(value);
    if (port >= 0) return ['port', port];
    if (isPort(value)) return cannotClone('A MessagePort that is not in the list of what is transferred');
    return this.#memory(value) ?? this.#builtIn(value) ?? this.#record(value);
  }

  /** Memory that threads share. */
  #memory(value: object): Cloned {
    const view = viewOf(value);
    if (view !== undefined) return ['view', view.kind.name, this.part(view.buffer), view.offset, view.length];
    const buffer = bufferOf(value);
    if (buffer !== undefined) return ['shared', buffer.region.index];
    if (isDataView(value) || types.isSharedArrayBuffer(value))
      this.#words.refuse(
        `T${this.#words.number} sends ${isDataView(value) ? 'a DataView of shared memory' : 'a SharedArrayBuffer that it made itself'}, which is not modelled: declare the buffer in words and send that.`,
      );
    return null;
  }

  #builtIn(value: object): Cloned {
    if (types.isProxy(value)) return cannotClone('#<Object>');
    if (types.isPromise(value)) return cannotClone('#<Promise>');
    if (value instanceof Date) return ['date', value.getTime()];
    if (value instanceof RegExp) return ['expression', value.source, value.flags];
    if (types.isNativeError(value)) return ['error', value.name, value.message, this.part(value.cause)];
    if (types.isMap(value))
      return ['map', ...[...value].map(([key, each]) => [this.part(key), this.part(each)])];
    if (types.isSet(value)) return ['set', ...[...value].map((each) => this.part(each))];
    if (value instanceof platform.ArrayBuffer) return ['bytes', ...new platform.arrays.Uint8Array(value)];
    if (platform.isView(value)) {
      const { constructor, buffer, byteOffset } = value;
      const { length = value.byteLength } = value as { length?: number };
      return ['array', constructor.name, this.part(buffer), byteOffset, length];
    }
    if (BOXED.has(Object.prototype.toString.call(value))) return ['boxed', this.part(value.valueOf())];
    if (value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef)
      return cannotClone(`#<${value.constructor.name}>`);
    return null;
  }

  #record(value: object): Cloned {
    const sort = Array.isArray(value) ? 'list' : 'record';
    const fields = Object.entries(value).map(([name, each]) => [name, this.part(each)]);
    return [sort, ...(Array.isArray(value) ? [value.length] : []), ...fields];
  }
}

/** Something that is told in the place of what only a thread has. */
class Told {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  [INSPECTED](): string {
    return this.#name;
  }
}

class Decoder {
  readonly #ports: readonly unknown[];
  readonly #words: ThreadWords | null;
  readonly #made: unknown[] = [];

  /** @param words null where the message is only told */
  constructor(ports: readonly unknown[], words: ThreadWords | null) {
    this.#ports = ports;
    this.#words = words;
  }

  value(part: Cloned): unknown {
    if (!Array.isArray(part)) return part;
    const [sort, ...of] = part as readonly [string, ...unknown[]];
    if (sort === 'undefined') return undefined;
    if (sort === 'number') return Number(of[0]);
    if (sort === 'bigint') return BigInt(of[0] as string);
    if (sort === 'again') return this.#made[of[0] as number];
    const at = this.#made.push(undefined) - 1;
    return this.#object(sort, of, (made) => (this.#made[at] = made));
  }

  #object(sort: string, of: readonly unknown[], known: <T>(made: T) => T): unknown {
    const value = (part: unknown): unknown => this.value(part as Cloned);
    switch (sort) {
      case 'port':
        return known(this.#ports[of[0] as number]);
      case 'date':
        return known(new Date(of[0] as number));
      case 'expression':
        return known(new RegExp(of[0] as string, of[1] as string));
      case 'error': {
        const [name, message] = of as [string, string];
        const classes = globalThis as unknown as Record<string, ErrorConstructor | undefined>;
        const made = known(new (STANDARD.has(name) ? (classes[name] as ErrorConstructor) : Error)(message));
        const cause = value(of[2]);
        if (cause !== undefined)
          Object.defineProperty(made, 'cause', { value: cause, configurable: true, writable: true });
        return made;
      }
      case 'map': {
        const made = known(new Map<unknown, unknown>());
        for (const [key, each] of of as [Cloned, Cloned][]) made.set(value(key), value(each));
        return made;
      }
      case 'set': {
        const made = known(new Set<unknown>());
        for (const each of of) made.add(value(each));
        return made;
      }
      case 'bytes':
        return known(platform.arrays.Uint8Array.from(of as number[]).buffer);
      case 'array': {
        const [name, buffer, offset, length] = of as [string, Cloned, number, number];
        const made = value(buffer) as ArrayBuffer;
        const { DataView: View, arrays } = platform;
        const Class = (arrays as Record<string, unknown>)[name] ?? View;
        return known(new (Class as Uint8ArrayConstructor)(made, offset, length));
      }
      case 'boxed':
        return known(Object(value(of[0])));
      case 'shared':
      case 'view':
        return this.#memory(sort, of, known);
      default:
        return this.#fields(sort, of, known);
    }
  }

  #fields(sort: string, of: readonly unknown[], known: <T>(made: T) => T): unknown {
    const made = known<object>(sort === 'list' ? Object.assign([], { length: of[0] as number }) : {});
    for (const [name, each] of (sort === 'list' ? of.slice(1) : of) as [string, Cloned][])
      Object.defineProperty(made, name, {
        value: this.value(each),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    return made;
  }

  #memory(sort: string, of: readonly unknown[], known: <T>(made: T) => T): unknown {
    if (this.#words === null)
      return known(new Told(sort === 'shared' ? 'SharedArrayBuffer' : (of[0] as string)));
    const { layout } = this.#words;
    if (sort === 'shared') return known(bufferView(this.#words, layout.regions[of[0] as number]));
    const [name, part, offset, length] = of as [string, Cloned, number, number];
    const buffer = this.value(part) as object;
    const modelled = bufferOf(buffer) as NonNullable<ReturnType<typeof bufferOf>>;
    return known(arrayView(modelled, buffer, modelled.region.kinds.get(name) as ElementKind, offset, length));
  }
}

const BOXED: ReadonlySet<string> = new Set(['[object Number]', '[object String]', '[object Boolean]']);
const STANDARD: ReadonlySet<string> = new Set([
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);
