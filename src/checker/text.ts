import { inspect, INSPECTED, platform, types } from './platform.ts';

/** All of a value, on one line where its own `inspect` does not break lines. */
const WHOLE = {
  depth: Infinity,
  sorted: true,
  breakLength: Infinity,
  maxArrayLength: Infinity,
  maxStringLength: Infinity,
};

/**
 * A value as text that tells it apart from others. Errors are told by name, message and fields, and never by their stack, which says
 * from where they were made and not what they are.
 */
export function textOf(value: unknown): string {
  try {
    return inspect(holdsError(value, new Set()) ? withoutStacks(value, new Map()) : value, WHOLE);
  } catch {
    return `[${typeof value} that cannot be shown]`;
  }
}

/** Something that was thrown: `RangeError: too far`, or the value if it is no error. */
export function thrownText(thrown: unknown): string {
  if (!isError(thrown)) return textOf(thrown);
  const [name, message] = [fieldText(thrown, 'name') || 'Error', fieldText(thrown, 'message')];
  return message === '' ? name : `${name}: ${message}`;
}

/** Also an error of another realm, and never by asking what answers for itself. */
function isError(value: unknown): value is Error {
  if (types.isNativeError(value)) return true;
  try {
    return !types.isProxy(value) && value instanceof Error;
  } catch {
    return false;
  }
}

function fieldText(of: object, name: string): string {
  try {
    const field: unknown = Reflect.get(of, name);
    return field === undefined ? '' : String(field);
  } catch {
    return '';
  }
}

/** The fields of an object that are values: a getter is not asked. */
function fieldsOf(of: object): [name: string, value: unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(of)).flatMap(([name, { value, enumerable }]) =>
    enumerable === true || name === 'cause' || name === 'errors' ? [[name, value]] : [],
  );
}

/** What a value holds that may be an error; nothing for what is no object, and for what answers for itself. */
function contentOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return [];
  if (platform.isView(value)) return [];
  const fields = fieldsOf(value).map(([, field]) => field);
  if (types.isMap(value)) return [...value.entries()].flat().concat(fields);
  return types.isSet(value) ? [...value, ...fields] : fields;
}

function holdsError(value: unknown, seen: Set<unknown>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  return isError(value) || contentOf(value).some((each) => holdsError(each, seen));
}

/** A copy with errors in the form in which they are told. */
function withoutStacks(value: unknown, made: Map<unknown, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (made.has(value)) return made.get(value);
  const copy = copyOf(value);
  if (copy === null) return value;
  made.set(value, copy);
  for (const [name, field] of fieldsOf(value)) {
    if (!isError(value) || !TOLD.has(name)) {
      Object.defineProperty(copy, name, {
        value: withoutStacks(field, made),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  if (types.isMap(value)) {
    for (const [key, each] of value)
      (copy as Map<unknown, unknown>).set(withoutStacks(key, made), withoutStacks(each, made));
  }
  if (types.isSet(value)) for (const each of value) (copy as Set<unknown>).add(withoutStacks(each, made));
  return copy;
}

/** Fields that the text of an error says anyway, or that are about where it was made. */
const TOLD: ReadonlySet<string> = new Set(['name', 'message', 'stack']);

/** An empty one of the same sort, or null for what is not looked into. */
function copyOf(value: object): object | null {
  if (types.isProxy(value) || platform.isView(value)) return null;
  if (isError(value)) return new ToldError(thrownText(value));
  if (Array.isArray(value)) return [];
  if (types.isMap(value)) return new Map();
  if (types.isSet(value)) return new Set();
  return Object.create(Object.getPrototypeOf(value) as object | null) as object;
}

/** An error as it is told. */
class ToldError {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  [INSPECTED](_depth: number, options: object): string {
    const fields = { ...this };
    const text = `[${this.#text}]`;
    return Object.keys(fields).length === 0 ? text : `${text} ${inspect(fields, { ...WHOLE, ...options })}`;
  }
}
