import { showValue } from '../engines/program.ts';
import type { Trace, TraceEvent } from '../observe/trace.ts';
import type { Play } from '../scenario/play.ts';
import { hang, wrap } from './columns.ts';
import { plainStyle, type Style } from './style.ts';
import { describeStep, type Wording } from './words.ts';

/** The first place where a run departs from its recording. */
export interface Difference {
  readonly step: number;
  /** What was recorded there, and what happened now, in words. */
  readonly recorded: string;
  readonly now: string;
}

/** Where a play first departs from a recording, as far as that goes, or null. */
export function firstDifference(
  { events }: Trace,
  play: Play,
  { ascii }: Pick<Style, 'ascii'>,
): Difference | null {
  const happened = play.trace.events;
  const at = events.findIndex((event, i) => JSON.stringify(event) !== JSON.stringify(happened[i]));
  if (at === -1) return null;
  const [then, now] = [events[at], happened[at] as TraceEvent | undefined];
  const wording: Wording = { geometry: play.audit.geometry, style: plainStyle({ ascii }), show: showValue };
  const [recorded, other] = [inWords(then, wording), now ? inWords(now, wording) : 'the run is over'];
  const { step } = then;
  if (recorded !== other) return { step, recorded, now: other };
  // The words leave out addresses and plain accesses.
  const names = Object.keys({ ...then, ...now }) as (keyof TraceEvent)[];
  const differs = (name: keyof TraceEvent): boolean =>
    JSON.stringify(then[name]) !== JSON.stringify(now?.[name]);
  const what = (event: TraceEvent): string =>
    names
      .filter((name) => differs(name))
      .map((name) => `${name} ${JSON.stringify(event[name]).replaceAll(',', ', ')}`)
      .join(', ');
  return { step, recorded: `${recorded}, ${what(then)}`, now: `${other}, ${now ? what(now) : ''}` };
}

function inWords(event: TraceEvent, wording: Wording): string {
  const { thread } = event;
  switch (event.kind) {
    case 'step':
      return `T${thread}  ${describeStep(wording, event)}`;
    case 'invoke': {
      const argument = event.argument === null ? '' : wording.show(event.argument);
      return `T${thread} begins ${event.name}(${argument})`;
    }
    case 'return': {
      const value = event.value === null ? event.outcome : wording.show(event.value);
      return `T${thread}'s ${event.name} answers ${value}`;
    }
    case 'stop':
      return `T${thread} is ${event.reason}${event.before === null ? '' : ` before ${event.before}`}`;
  }
}

/** The same as text. */
export function differenceText({ step, recorded, now }: Difference, style: Style): string {
  return [
    ...wrap(`NOT THE SAME   step ${step} is the first that differs`, style.columns, '  ').map(style.damage),
    ...hang('  recorded  ', recorded, style.columns),
    ...hang('  now       ', now, style.columns),
  ].join('\n');
}
