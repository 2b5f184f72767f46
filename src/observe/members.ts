import * as v from 'valibot';
import { visible } from '../visible.ts';

/** Any record whose members are looked at by a schema. */
export type Schema = v.GenericSchema<unknown, unknown>;

/** A whole number, as the words of a slab are. */
export const word: v.GenericSchema<number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(-(2 ** 31)),
  v.maxValue(2 ** 32 - 1),
);

/** How many there are of something, or which of them it is. */
export const count: v.GenericSchema<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Where a value read from a file does not fit its schema: the path of the first member that is missing or wrong; null if it fits. */
export function misfit(schema: Schema, value: unknown): string | null {
  const { issues } = v.safeParse(schema, value, { abortEarly: true });
  if (issues === undefined) return null;
  return v.getDotPath(issues[0]) ?? 'whole';
}

/** The value of a JSON text, with its strings made visible: they are shown, and nothing that is hidden has a meaning for the lab. */
export function parseVisible(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown) => (typeof value === 'string' ? visible(value) : value));
}
