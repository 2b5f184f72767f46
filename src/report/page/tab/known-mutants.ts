import type { Mutant } from '../../../mutant/file.ts';
import { become } from '../../../mutant/self.browser.ts';
import { UsageError } from '../../../errors.ts';
import { type MethodTable, replaceMethods } from '../../../scenario/source.browser.ts';

/** What a mutant changes of a class of the kernel: methods in the place of its own, and those that it has no more. */
interface Patch {
  readonly of: { readonly prototype: object };
  readonly methods: object;
  readonly without: readonly string[];
}

/** A mutant as a page has it: the methods that its edits change, and the sources that the page cannot make from its edits. */
export interface PageMutant {
  readonly mutant: Mutant;
  readonly patches: readonly Patch[];
  readonly sources: MethodTable;
}

/** The mutants that this page came with. */
export const mutants: PageMutant[] = [];

/** Lets the page know a mutant: a part of its script has it, file by file, with its place among all of them. */
export function addMutant(place: number, known: PageMutant): void {
  mutants[place] = known;
}

/** The mutant of an id; null if the page did not come with it. */
export function pageMutant(id: string): PageMutant | null {
  return mutants.find(({ mutant }) => mutant.id === id) ?? null;
}

/** What is done on a mutated kernel has ended before something else begins. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Does something on the kernel of a mutant, or on the lab's own if the id is empty. All of this page runs on that kernel meanwhile.
 *
 * @throws UsageError if the page did not come with the mutant
 */
export function onKernelOf<T>(id: string, does: () => Promise<T>): Promise<T> {
  const done = last.then(async () => {
    const putBack = id === '' ? null : mutate(id);
    try {
      return await does();
    } finally {
      putBack?.();
    }
  });
  last = done.catch(() => null);
  return done;
}

function mutate(id: string): () => void {
  const known = pageMutant(id);
  if (known === null)
    throw new UsageError(`This page has no mutant "${id}": run it with lockfree-lab explore --mutant ${id}.`);
  const { mutant, patches, sources } = known;
  const undo = [...patches.map(put), replaceMethods(mutant.edits, sources)];
  become(mutant);
  return () => {
    become(null);
    for (const each of undo) each();
  };
}

function put({ of: { prototype }, methods, without }: Patch): () => void {
  const given = Object.getOwnPropertyDescriptors(methods);
  const names = [...Object.keys(given), ...without];
  const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(prototype, name)] as const);
  for (const name of without) Reflect.deleteProperty(prototype, name);
  Object.defineProperties(prototype, given);
  return () => {
    for (const [name, own] of before) {
      if (own === undefined) Reflect.deleteProperty(prototype, name);
      else Object.defineProperty(prototype, name, own);
    }
  };
}
