import type { Plain } from '../engines/controlled.ts';
import { type Race, Races, type RaceStep } from '../judge/damage/races.ts';
import type { Machine } from '../model/machine.ts';
import { cellsOf, type Request, writes } from '../model/request.ts';
import type { ThreadState } from '../model/thread-state.ts';
import type { WordLayout } from './word-layout.ts';

/** The plain accesses on the way to a place, since the step before it. */
function plainOf(plain: readonly Plain[]): { reads: number[]; writes: (readonly [number, number])[] } {
  const reads: number[] = [];
  const writesTo: (readonly [number, number])[] = [];
  for (const each of plain) {
    if ('isAtomic' in each && each.isAtomic === true) continue;
    if (each.kind === 'peek') reads.push(each.address);
    if (each.kind === 'poke') writesTo.push([each.address, each.value]);
  }
  return { reads, writes: writesTo };
}

/** All that a thread did up to the place before its first step. */
export function plainUpTo(root: ThreadState): Plain[] {
  const plain: Plain[] = [];
  for (let at: ThreadState | null = root; at !== null; at = at.parent) {
    const read =
      at.parent?.next?.access === 'peek' ? [{ kind: 'peek', address: at.parent.next.address } as const] : [];
    plain.unshift(...read, ...at.plain);
  }
  return plain;
}

/** The words that are accessed in the execution as a part of no step, or by a step that is plain, those aside that no other thread accesses. */
function plainWords({ happened, trees }: Machine): Set<number> {
  const words = new Set<number>();
  for (const { from, to } of happened) {
    const { next } = from;
    if (next?.access === 'read' || next?.access === 'write')
      for (const cell of cellsOf(next)) words.add(cell);
    for (const { address } of to.effect?.shared ?? []) words.add(address);
  }
  for (const { root } of trees) {
    for (const each of plainUpTo(root))
      if (each.kind === 'peek' || each.kind === 'poke') words.add(each.address);
  }
  return words;
}

/**
 * The races in the machine's execution: of plain accesses, and of atomic ones that overlap and are not of the same bytes. What synchronises
 * is as in the language's memory model: what a step wrote with later steps on those bytes, the lists and the marks of sleepers being words
 * too. (The language also lets two threads synchronise
 * that look at a list and change nothing, by the list's lock. That may hide a race that shows if they come in the other order; so it is
 * left out, as the search takes such steps for independent.)
 */
export function racesIn(machine: Machine, layout: WordLayout): Race[] {
  const plain = plainWords(machine);
  if (plain.size === 0 && !layout.isMixed) return [];
  const races = new Races(machine.threads, false, layout.isMixed ? null : plain);
  const found: Race[] = [];
  const take = (thread: number, step: number, does: Omit<RaceStep, 'thread' | 'step'>): void =>
    void found.push(...races.step({ thread: thread + 1, step, ...does }));
  // A word that only its thread touches, for what is no step on a word.
  const nowhere = (thread: number): number => layout.words.length + thread;
  for (const [thread, { root }] of machine.trees.entries()) {
    take(thread, 0, { access: 'load', address: nowhere(thread), ...plainOf(plainUpTo(root)) });
  }
  for (const [i, { thread, from, to, before }] of machine.happened.entries()) {
    const request = from.next as Request;
    const { access, address, first } = request;
    const after = plainOf(to.effect?.plain ?? []);
    const cells = cellsOf(request);
    if (access === 'read') after.reads.unshift(...cells);
    if (access === 'write') after.writes.unshift(...cells.map((cell) => [cell, first] as const));
    for (const also of request.custom?.alsoWrites(request, before) ?? [])
      take(thread, i + 1, { access: 'add', address: also, ...NOTHING });
    if (request.custom?.isApart === true) {
      for (const cell of cells.slice(1)) take(thread, i + 1, { access: 'load', address: cell, ...NOTHING });
    }
    for (const each of to.effect?.plain ?? []) {
      if ((each.kind !== 'peek' && each.kind !== 'poke') || each.isAtomic !== true) continue;
      take(thread, i + 1, {
        access: each.kind === 'peek' ? 'load' : 'add',
        address: each.address,
        ...NOTHING,
      });
    }
    const isPlainStep = access === 'read' || access === 'write' || access === 'choose' || access === 'begin';
    take(thread, i + 1, {
      access: isPlainStep ? 'load' : accessOf(request, before),
      address: isPlainStep ? nowhere(thread) : address,
      ...(!isPlainStep && cells.length > 1 && request.custom?.isApart !== true ? { cells } : {}),
      ...after,
    });
  }
  return found;
}

const NOTHING = { reads: [], writes: [] };

/** Whether it reads, writes, or does both. */
function accessOf(request: Request, before: number): 'load' | 'store' | 'add' {
  if (!writes(request, before)) return 'load';
  return request.access === 'store' ? 'store' : 'add';
}
