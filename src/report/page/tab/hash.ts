import type { EngineRequest } from './engine.ts';

/** Where a page stands, as its link says: which run, at which step. */
export interface Place {
  /** Which run of the page; null where there is one. */
  readonly run: number | null;
  /** What the run is, if it is not the page's own. */
  readonly request: EngineRequest | null;
  /** Of a page of levels: which one, and what was played. */
  readonly level: { readonly id: string; readonly schedule: string } | null;
  readonly step: number | null;
}

/** What stands behind the `#` of a link; anything that is not understood is left out. */
export function placeOfHash(hash: string): Place {
  const run = /^#run-(\d{1,9})$/.exec(hash);
  if (run !== null) return { run: Number(run[1]), request: null, level: null, step: null };
  const named = new URLSearchParams(hash.replace(/^#/, ''));
  const number = (name: string): number | null => {
    const text = named.get(name);
    return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
  };
  const id = named.get('id');
  const request: EngineRequest | null =
    id === null
      ? null
      : {
          id,
          scheme: named.get('scheme') ?? '',
          slots: number('slots'),
          cache: number('cache') ?? 0,
          ...(named.get('free') === 'ring' && { freeList: 'ring' }),
          schedule: named.get('schedule'),
          mutant: named.get('mutant') ?? '',
        };
  const level = named.get('level');
  return {
    run: number('run'),
    request,
    level: level === null ? null : { id: level, schedule: named.get('schedule') ?? '' },
    step: number('step'),
  };
}

/** The same as a link. */
export function hashOfPlace({ run, request, level, step }: Place): string {
  const named = new URLSearchParams();
  if (run !== null) named.set('run', String(run));
  if (request !== null) {
    named.set('id', request.id);
    named.set('scheme', request.scheme);
    if (request.slots !== null) named.set('slots', String(request.slots));
    if (request.cache !== 0) named.set('cache', String(request.cache));
    if (request.freeList !== undefined) named.set('free', request.freeList);
    if (request.mutant !== '') named.set('mutant', request.mutant);
    if (request.schedule !== null) named.set('schedule', request.schedule);
  }
  if (level !== null) {
    named.set('level', level.id);
    if (level.schedule !== '') named.set('schedule', level.schedule);
  }
  if (step !== null) named.set('step', String(step));
  return `#${named.toString().replaceAll('%2C', ',')}`;
}
