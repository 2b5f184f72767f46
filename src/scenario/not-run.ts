import { callsIn, type Operation } from '../laboratory/operations.ts';
import { ASKED } from '../schedule/run.ts';
import type { Performance } from './perform.ts';

/** What a thread was to do by its program, and did not do. */
export interface NotRun {
  readonly thread: number;
  /** The operation that it was in when it stopped, or null. */
  readonly within: Operation | null;
  /** The operations that it did not begin, in order; each of a batch for itself. */
  readonly operations: readonly Operation[];
  readonly why: 'killed' | 'hung' | 'crashed' | 'first damage' | 'stopped' | 'misfit' | 'schedule';
}

/** Of each thread that stopped before its program ended: what it was in, and what it did not come to. Others are left out. */
export function notRunIn({ trace, program, stopped }: Performance): NotRun[] {
  return trace.events.flatMap((stop): NotRun[] => {
    if (stop.kind !== 'stop') return [];
    const { thread, reason } = stop;
    const calls = callsIn(program.threads[thread - 1]);
    const own = trace.events.flatMap((event) =>
      event.kind !== 'stop' && event.thread === thread ? [event] : [],
    );
    // The operations of a thread are numbered by their places in its program.
    const begun = Math.max(0, ...own.map(({ op }) => op));
    const isIn = begun > 0 && !own.some(({ kind, op }) => kind === 'return' && op === begun);
    const operations = calls.slice(begun).filter(({ name }) => name !== 'die');
    const within = isIn ? calls[begun - 1] : null;
    if (within === null && operations.length === 0) return [];
    const why = reason === 'stalled' ? endOf(stopped) : reason;
    return [{ thread, within, operations, why }];
  });
}

function endOf(stopped: Performance['stopped']): NotRun['why'] {
  if (stopped === null) return 'schedule';
  if (stopped === ASKED) return 'first damage';
  return stopped.kind === 'misfit' ? 'misfit' : 'stopped';
}
