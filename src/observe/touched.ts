import type { Geometry } from '../kernel/layout.ts';
import { placeOf } from './lives.ts';
import type { Trace } from './trace.ts';

/** The usual page of an operating system, in words. */
const PAGE = 4096 / 4;

/** What threads have touched of a slab, of what is reserved for it. */
export interface Touched {
  readonly slots: number;
  readonly pages: number;
  readonly reservedSlots: number;
  /** Pages of 4,096 bytes, counted from the start of the buffer, that hold a word of a slot. */
  readonly reservedPages: number;
}

/**
 * Which slots, and which pages, the threads of a run have touched up to a step: by a step, or by a plain write. What was written when the
 * slab was laid out is not counted.
 */
export function touchedBy({ events }: Trace, geometry: Geometry, upTo: number): Touched {
  const addresses = new Set<number>();
  for (const event of events) {
    if (event.kind !== 'step' || event.step > upTo) continue;
    for (const address of [event.address, ...event.writes.map(([written]) => written)])
      if ((placeOf(geometry, address)?.slot ?? 0) > 0) addresses.add(address);
  }
  const all = [...addresses];
  const { slots, stride } = geometry;
  const [first, last] = [geometry.slot(1, 0), geometry.slot(slots, stride - 1)].map((address) =>
    Math.floor(address / PAGE),
  );
  return {
    slots: new Set(all.map((address) => placeOf(geometry, address)?.slot)).size,
    pages: new Set(all.map((address) => Math.floor(address / PAGE))).size,
    reservedSlots: slots,
    reservedPages: last - first + 1,
  };
}
