import { plural } from '../counted.ts';
import { UsageError } from '../errors.ts';

/** What is asked of a class of the user's own before it is used: of a scheme and of a structure alike. */

/** The kind of a static member. A number is a whole one. */
export type MemberKind = 'string' | 'number' | 'boolean' | 'function';

/** The static members that a class has to have, with their kinds. */
type Members = Readonly<Record<string, MemberKind>>;

/** What is asked of a class, and where it is from. */
interface Asked {
  readonly what: 'scheme' | 'structure';
  readonly path: string;
  readonly methods: readonly string[];
  readonly members: Members;
}

/**
 * True of a class that has such methods. Asked for one by one, since a user's copy of this package may be another one, with classes of its
 * own.
 */
export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  return typeof value === 'function' && lacking(value, methods).length === 0;
}

function lacking(value: object, methods: readonly string[]): readonly string[] {
  const { prototype } = value as { readonly prototype?: Readonly<Record<string, unknown>> };
  return methods.filter((method) => typeof prototype?.[method] !== 'function');
}

const KINDS: Readonly<Record<MemberKind, string>> = {
  string: 'a text',
  number: 'a whole number',
  boolean: 'true or false',
  function: 'a static method',
};

/** Throws a UsageError that names the file and what its class lacks, or which member is of another kind. */
export function checkMembers(own: object, { what, path, methods, members }: Asked): void {
  const see = `see any file of src/kernel/${what}s for what each one`;
  const without = lacking(own, methods);
  if (without.length > 0) {
    throw new UsageError(
      `The ${what} of ${path} lacks the ${plural(without.length, 'method')} ${without.join(', ')}; ${see} does.`,
    );
  }
  const missing = Object.keys(members).filter((member) => !(member in own));
  if (missing.length > 0) {
    throw new UsageError(
      `The ${what} of ${path} lacks the static member ${missing.join(', ')}; ${see} says.`,
    );
  }
  for (const [member, kind] of Object.entries(members)) {
    const value = (own as Readonly<Record<string, unknown>>)[member];
    const isOfKind = typeof value === kind && (kind !== 'number' || Number.isInteger(value));
    if (!isOfKind) {
      throw new UsageError(
        `The static member ${member} of the ${what} of ${path} is ${shown(value)}: make it ${KINDS[kind]}.`,
      );
    }
  }
}

/** Throws a UsageError if an id is no word, or one of those of the lab. */
export function checkId(
  id: string,
  taken: readonly string[],
  { what, path }: Pick<Asked, 'what' | 'path'>,
): void {
  if (!/^[a-z][a-z0-9-]*$/i.test(id)) {
    throw new UsageError(
      `The static member ID of the ${what} of ${path} is ${shown(id)}: give a word of letters, digits and hyphens.`,
    );
  }
  if (taken.includes(id)) {
    throw new UsageError(
      `The ${what} of ${path} has the ID ${id}, which is that of one of the lab's: give it an ID of its own.`,
    );
  }
}

/** A value as a sentence about it has it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'function' ? 'a function' : String(value);
}
