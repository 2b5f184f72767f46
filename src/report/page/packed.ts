/**
 * Data in which every value stands once: a run says the same of the same slot over and over. `values` come after those that they are made
 * of, and the last one is the whole; `shapes` are the names of the members of objects.
 */
export interface Packed {
  readonly shapes: readonly (readonly string[])[];
  /** A text, a number and the like as it is; an array as 0 and the places of its items; an object as its shape, from 1, and the places of its members. */
  readonly values: readonly (string | number | boolean | null | readonly number[])[];
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Packs what JSON can say. */
export function packed(whole: unknown): Packed {
  const shapes: string[][] = [];
  const values: Packed['values'][number][] = [];
  const places = new Map<string, number>();
  const shapeNumbers = new Map<string, number>();
  // What is the same object has the same place, without being looked at again.
  const seen = new Map<object, number>();
  const put = (value: Packed['values'][number], key: string): number => {
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, values.push(value) - 1);
    return values.length - 1;
  };
  const shapeOf = (names: string[]): number => {
    const key = JSON.stringify(names);
    const known = shapeNumbers.get(key) ?? shapes.push(names);
    shapeNumbers.set(key, known);
    return known;
  };
  const place = (value: Json): number => {
    if (value === null || typeof value !== 'object') return put(value, JSON.stringify(value));
    const known = seen.get(value);
    if (known !== undefined) return known;
    const entries = Array.isArray(value)
      ? null
      : Object.entries(value).filter(([, each]) => each !== undefined);
    const items = entries === null ? (value as readonly Json[]) : entries.map(([, each]) => each);
    const shape = entries === null ? 0 : shapeOf(entries.map(([name]) => name));
    const packedValue = [shape, ...items.map(place)];
    const at = put(packedValue, `=${packedValue.join(' ')}`);
    seen.set(value, at);
    return at;
  };
  place(whole as Json);
  return { shapes, values };
}

/** What was packed. Values that are alike are one object. */
export function unpacked({ shapes, values }: Packed): unknown {
  const made: unknown[] = [];
  for (const value of values) {
    if (!Array.isArray(value)) {
      made.push(value);
      continue;
    }
    const [shape, ...places] = value as readonly number[];
    const items = places.map((place) => made[place]);
    const names = shapes[shape - 1];
    made.push(shape === 0 ? items : Object.fromEntries(names.map((name, i) => [name, items[i]])));
  }
  return made.at(-1);
}
