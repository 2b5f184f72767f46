import type { TraceEvent } from '../observe/trace.ts';

/** The number of the step that an anchor names, `T1.op1.D4` or `T1.op1.D4#2`; null if the run never came there. */
export function stepOfAnchor(events: readonly TraceEvent[], anchor: string): number | null {
  const match = /^T(\d+)\.op(\d+)\.(\w+)(?:#(\d+))?$/.exec(anchor);
  if (!match) return null;
  const [, thread, op, label, nth] = match;
  const fits = events.filter(
    (event) =>
      event.kind === 'step' &&
      event.thread === Number(thread) &&
      event.op === Number(op) &&
      event.label === label,
  );
  return fits[Number(nth ?? 1) - 1]?.step ?? null;
}
