import { type Plain, readsIn, writesIn } from '../engines/controlled.ts';
import { isStep, type Request, writes } from './request.ts';
import { type Effect, EMPTY_LIST, lean, type ThreadState } from './thread-state.ts';
import type { ThreadMemory } from './thread-memory.ts';

/** What a thread did on the way from one place to another, in order; from its beginning if `from` is null. */
export function plainSince(from: ThreadState | null, to: ThreadState): readonly Plain[] {
  if (to.parent === from && from?.next?.access !== 'peek') return to.plain;
  const pieces: (readonly Plain[])[] = [];
  for (let place: ThreadState | null = to; place !== null && place !== from; place = place.parent) {
    pieces.push(place.plain);
    const before = place.parent?.next;
    if (before?.access === 'peek')
      pieces.push([{ kind: 'peek', address: before.address, isAtomic: before.isAtomic }]);
  }
  return lean(pieces.toReversed().flat());
}

/** Fills in what the step from `from` to this place did. */
export function withEffect(
  last: ThreadState,
  from: ThreadState,
  { isPrivate, life }: ThreadMemory,
): ThreadState {
  const plain = plainSince(from, last);
  let first = last;
  while (first.parent !== from) first = first.parent as ThreadState;
  const request = from.next as Request;
  const effect: Effect = {
    request,
    wrote: writes(request, first.given),
    mayWrite: request.custom?.mayWrite(request, first.given) ?? EMPTY_LIST,
    waits: life === null ? (from.waits ?? EMPTY_LIST) : [...(from.waits ?? EMPTY_LIST), ...life],
    begins: begunIn(from),
    plain,
    writes: writesIn(plain),
    reads: readsIn(plain),
    shared: plain.length === 0 ? EMPTY_LIST : sharedAmong(plain, isPrivate),
    answers: plain.length === 0 ? '' : answersAmong(plain),
    inner: plain.length > 0 && isInner(plain),
  };
  last.effect = effect;
  return last;
}

function sharedAmong(plain: readonly Plain[], isPrivate: (address: number) => boolean): Effect['shared'] {
  return lean(
    plain.filter((each) => (each.kind === 'peek' || each.kind === 'poke') && !isPrivate(each.address)),
  ) as Effect['shared'];
}

function answersAmong(plain: readonly Plain[]): string {
  let answers = '';
  for (const each of plain)
    if (each.kind === 'return') answers += `${each.outcome}${each.outcome === 'value' ? each.value : ''};`;
  return answers;
}

function isInner(plain: readonly Plain[]): boolean {
  if (plain.some((each) => each.kind === 'invoke' && each.now === true)) return true;
  const begun = plain.findIndex(({ kind }) => kind === 'invoke');
  return begun >= 0 && plain.findLastIndex(({ kind }) => kind === 'return') > begun;
}

/** The operation that was begun before a place and has made no step yet. */
function begunIn(from: ThreadState): Effect['begins'] {
  for (let place: ThreadState | null = from; place !== null; place = place.parent) {
    const last = place.plain.findLast(({ kind }) => kind === 'invoke' || kind === 'return');
    if (last) return last.kind === 'invoke' && last.now !== true ? last : null;
    if (place.parent !== null && isStep(place.parent.next)) return null;
  }
  return null;
}
