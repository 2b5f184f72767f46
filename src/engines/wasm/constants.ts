/**
 * A module for each thread of a laboratory: where a module of the build gets an imported constant (`constant-fields.ts`), its copy has the number. The
 * compiler of the engine can then compute addresses and masks in advance. No part of a copy moves: the build has left room, and
 * says in a section of the module where it is.
 */
import { InternalError } from '../../errors.ts';
import type { ThreadRecord } from '../../kernel/record.ts';
import { PLACES, unsignedBytes } from './constant-fields.ts';
import { type Module, webAssembly } from './webassembly.ts';

/** The section of a loaded module that has its bytes, as the build wrote them: an engine does not give those back. */
const SOURCE = 'lockfree-lab.source';

/** What a module imports of its thread, by the names of groups and, in each, of its numbers. */
export type Constants = Readonly<Record<'geometry' | 'link' | 'top' | 'record', Record<string, unknown>>>;

/** The objects of the kernel, whose fields have the names of the constants. */
export function constantsOf(record: ThreadRecord): Constants {
  const { geometry } = record;
  const objects = { geometry, link: geometry.link, top: geometry.top, record };
  return objects as unknown as Constants;
}

/** A module of the build, as it is loaded: it can be run as it is, and posted, and has its bytes with it. */
export function loadedModule(bytes: Uint8Array): Module {
  const name = new TextEncoder().encode(SOURCE);
  const size = 1 + name.length + bytes.length;
  const head = [0, ...unsignedBytes(size), name.length, ...name];
  const whole = new Uint8Array(bytes.length + head.length + bytes.length);
  whole.set(bytes);
  whole.set(head, bytes.length);
  whole.set(bytes, bytes.length + head.length);
  return new webAssembly.Module(whole);
}

/** Where the constants of a module stand. */
interface Places {
  /** Without the section that says so. */
  readonly bytes: Uint8Array;
  /** Each constant as its group and its name. */
  readonly names: readonly (readonly [group: string, name: string])[];
  readonly at: Uint32Array;
  /** Which constant is there, by its number in `names`. */
  readonly which: Uint8Array;
  /** The modules that were made, by their numbers: the last one that was asked for comes last. */
  readonly made: Map<string, Module>;
}

/** Threads and laboratories that take turns in an isolate, of which none has to be made anew. */
const MOST_MADE = 16;

const found = new WeakMap<Module, Places | null>();

/**
 * The module with a thread's numbers in it; made once for the same numbers, as long as not many others were asked for since. What was not loaded by `loadModule`
 * has no bytes with it, and is given back as it is: it does the same, and reads its constants as it goes.
 */
export function withNumbers(module: Module, constants: Constants): Module {
  const places = placesOf(module);
  if (places === null) return module;
  const numbers = numbersFor(places, constants);
  const key = numbers.join();
  const made = places.made.get(key) ?? new webAssembly.Module(filled(places, numbers));
  places.made.delete(key);
  places.made.set(key, made);
  const [oldest] = places.made.keys();
  if (places.made.size > MOST_MADE && oldest !== undefined) places.made.delete(oldest);
  return made;
}

/** The bytes of what `withNumbers` makes; null where that is the module as it is. */
export function bytesWithNumbers(module: Module, constants: Constants): Uint8Array | null {
  const places = placesOf(module);
  return places && filled(places, numbersFor(places, constants));
}

function placesOf(module: Module): Places | null {
  const known = found.get(module);
  if (known !== undefined) return known;
  const places = placesIn(module);
  found.set(module, places);
  return places;
}

function numbersFor({ names }: Places, constants: Constants): Int32Array {
  return Int32Array.from(names, ([group, name]) => numberOf(constants, group, name));
}

/** What is no constant has no name, and no place. */
function numberOf(constants: Constants, group: string, name: string): number {
  if (group === '') return 0;
  const number = constants[group as keyof Constants]?.[name];
  if (typeof number === 'number') return number;
  throw new InternalError(`The module asks for the constant ${group}.${name}, and there is none.`);
}

const GLOBAL_GET = 0x23;
const I32_CONST = 0x41;

/** The bytes of a module with numbers in its places. */
function filled({ bytes, at, which }: Places, numbers: Int32Array): Uint8Array {
  const out = bytes.slice();
  for (let i = 0; i < at.length; i++) {
    let to = at[i] as number;
    if (out[to] !== GLOBAL_GET) throw new InternalError(`The module gets no constant at byte ${to}.`);
    let rest = numbers[which[i] as number] as number;
    out[to++] = I32_CONST;
    for (let left = 4; left > 0; left--, rest >>= 7) out[to++] = (rest & 0x7f) | 0x80;
    out[to] = rest & 0x7f;
  }
  return out;
}

/** Null of a module that has no bytes with it, or does not say where its constants stand. */
function placesIn(module: Module): Places | null {
  const [source] = webAssembly.Module.customSections(module, SOURCE);
  const [section] = webAssembly.Module.customSections(module, PLACES);
  if (source === undefined || section === undefined) return null;
  const content = new Uint8Array(section);
  let next = 0;
  const number = (): number => {
    let result = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = content[next++] as number;
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
  };
  const name = (): string => {
    const length = number();
    next += length;
    return new TextDecoder().decode(content.subarray(next - length, next));
  };
  const names = Array.from({ length: number() }, () => {
    const [group = '', own = ''] = name().split('.');
    return [group, own] as const;
  });
  const count = number();
  const [at, which] = [new Uint32Array(count), new Uint8Array(count)];
  let last = 0;
  for (let i = 0; i < count; i++) {
    last += number();
    at[i] = last;
    which[i] = number();
  }
  return { bytes: new Uint8Array(source), names, at, which, made: new Map() };
}
