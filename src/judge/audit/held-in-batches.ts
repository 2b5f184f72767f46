import { plural } from '../../counted.ts';
import type { Geometry } from '../../kernel/layout.ts';
import { type RetiredBatch, batchesIn } from './batches.ts';
import { type HeldBack, NO_HOLDER } from './holder.ts';

/** Who holds each slot back that is in a batch: those on whose lists the batch is. */
export function inBatches(words: Int32Array, geometry: Geometry): HeldBack[] {
  return batchesIn(words, geometry).flatMap((batch) =>
    batch.slots.map((slot): HeldBack => {
      const { thread } = batch;
      const holders = batch.holders.map((holder) => ({ ...NO_HOLDER, ...holder, batch: true }));
      const note = `Slot ${slot} is in a batch of ${batch.slots.length} ${noteOf(batch)}.`;
      return { slot, thread, list: null, stamp: null, age: null, unit: null, holders, through: null, note };
    }),
  );
}

function noteOf({ thread, is, holders }: RetiredBatch): string {
  if (is === 'collected')
    return `that T${thread} collects: no thread holds it back, and it waits to be handed over`;
  if (is === 'freed') return `that T${thread} frees: no thread holds it back`;
  if (holders.length === 0) return `that T${thread} hands over or counts: no thread holds it back`;
  const lists = holders.map((holder) => `T${holder.thread}'s`).join(' and ');
  return `that was handed over: ${lists} ${plural(holders.length, 'list holds', 'lists hold')} it back`;
}
