import { audit } from '../check/audit.ts';
import { threadTotals, totals } from '../check/thread-records.ts';
import { boundOf, claimsOf, type SchemeChoice } from '../engines/registry.ts';
import { attachWords, createBuffer } from '../engines/shared.ts';
import { Geometry } from '../kernel/layout.ts';
import { AtomicsMemory } from '../engines/atomics.ts';
import { MAX_INDEX_BITS } from '../kernel/words.ts';
import { createStamps } from './ages.ts';
import type { AtomicsSeat } from './atomics-lane.ts';
import { type Arena, laneModule, type Setup, type Side } from './side.ts';

/** The queue of Michael and Scott under a scheme, on `Atomics`. */
export function atomicsSide(choice: SchemeChoice): Side {
  const { scheme, spec, name, param0, param1 } = choice;
  return {
    engine: 'atomics',
    scheme: name,
    module: laneModule('atomics-lane', import.meta.url),
    exhausts: !scheme.RECLAIMS,
    bound: (threads) => boundOf(choice, threads),
    formula: scheme.BOUND,
    ...(claimsOf(scheme).abaSafe === 'no' ? { unsafe: spec } : {}),
    refusal: (_workload, threads) =>
      claimsOf(scheme).abaSafe === 'no' && threads > 1
        ? 'a queue that is corrupted has no throughput, and it may never answer'
        : null,
    make: ({ threads, capacity, points }: Setup): Arena => {
      const needs = scheme.needs(threads, param0, param1);
      // Room for what is in the queue and for what waits to be freed; a scheme that frees nothing is given all that there can be.
      const slots = scheme.RECLAIMS ? capacity + 2 * needs : 2 ** MAX_INDEX_BITS - 1;
      const words = attachWords(createBuffer({ slots, threads }, choice));
      const pristine = scheme.RECLAIMS ? null : words.slice();
      const stamps = scheme.RECLAIMS ? createStamps(slots) : null;
      const geometry = new Geometry(new AtomicsMemory(words));
      const sums = (): ReturnType<typeof totals> => totals(words, threadTotals(words, geometry));
      return {
        seat: (thread) => ({
          state: {
            buffer: words.buffer,
            scheme: spec,
            point: points.get(thread) ?? null,
            stamps,
          } as AtomicsSeat,
        }),
        counts: () => {
          const { failures, everAllocated, retiredEver, freed } = sums();
          return { ...failures, allocated: everAllocated, retired: retiredEver, freed };
        },
        unreclaimed: () => sums().unreclaimed,
        reset: () => {
          if (pristine !== null) words.set(pristine);
        },
        complaint: () => complaintOf(words, scheme.RECLAIMS),
      };
    },
  };
}

function complaintOf(words: Int32Array, reclaims: boolean): string | null {
  const { leaked, surplus, wild, threads, totals: sums } = audit(words);
  const lost = leaked - (reclaims ? 0 : sums.unreclaimed);
  const damages = threads.filter(({ damage }) => damage !== null).length;
  if (lost === 0 && surplus === 0 && wild === 0 && damages === 0) return null;
  return `${lost} slots leaked, ${surplus} claimed twice, ${wild} wild indices, ${damages} threads noticed damage`;
}
