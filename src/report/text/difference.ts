import { namesOfValues } from '../../laboratory/program.ts';
import { FREE_TOP } from '../../kernel/layout.ts';
import { showWord, wordName } from '../../observe/names.ts';
import type { StepRecord, Trace, TraceEvent } from '../../observe/trace.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { counted } from '../../counted.ts';
import { hang, wrap } from './columns.ts';
import { plainStyle, type Style } from './style.ts';
import { describeStep, type Wording } from '../words.ts';

/** The first place where a run departs from its recording. */
export interface TraceDifference {
  readonly step: number;
  /** What was recorded there, and what happened now, in words. */
  readonly recorded: string;
  readonly now: string;
}

/** Where a run first departs from a recording, as far as that goes, or null. */
export function firstDifference(
  { events }: Trace,
  run: ScenarioRun,
  { ascii }: Pick<Style, 'ascii'>,
): TraceDifference | null {
  const happened = run.trace.events;
  const at = events.findIndex((event, i) => JSON.stringify(event) !== JSON.stringify(happened[i]));
  if (at === -1) return null;
  const [then, now] = [events[at], happened[at] as TraceEvent | undefined];
  const wording: Wording = {
    geometry: run.audit.geometry,
    style: plainStyle({ ascii }),
    show: namesOfValues(run.audit.geometry),
  };
  const [recorded, other] = [inWords(then, wording), now ? inWords(now, wording) : 'the run is over'];
  const { step } = then;
  if (now === undefined || recorded !== other) return { step, recorded, now: other };
  const [first, second] = beyondWords(then, now, wording);
  return { step, recorded: `${recorded}, ${first}`, now: `${other}, ${second}` };
}

/** Where two events differ that are alike in words, which leave out plain accesses and the tag of the free list's top. */
function beyondWords(then: TraceEvent, now: TraceEvent, wording: Wording): [string, string] {
  const [first, second]: Partial<StepRecord>[] = [then, now] as object[];
  const names = Object.keys({ ...then, ...now }) as (keyof StepRecord)[];
  const differing = names.filter((name) => JSON.stringify(first[name]) !== JSON.stringify(second[name]));
  const whole = (event: Partial<StepRecord>, other: Partial<StepRecord>): string =>
    differing.map((name) => member(name, event, other, wording)).join('; ');
  return [whole(first, second), whole(second, first)];
}

const WORDS: ReadonlySet<string> = new Set(['before', 'after', 'expected', 'desired']);

/** A member of an event that is another one's, its words by their names. */
function member(
  name: keyof StepRecord,
  event: Partial<StepRecord>,
  other: Partial<StepRecord>,
  wording: Wording,
): string {
  const { geometry } = wording;
  const { [name]: value, address = 0, reads = [], writes = [] } = event;
  if (value === undefined) return `no ${name}`;
  if (name === 'reads') return accesses(name, reads, other.reads, (at) => wordName(geometry, at));
  if (name === 'writes') {
    return accesses(name, writes, other.writes, ([at, word]) => {
      return `${wordName(geometry, at)} = ${showWord(wording, at, word)}`;
    });
  }
  if (name === 'address') return `at ${wordName(geometry, address)}`;
  if (!WORDS.has(name)) return `${name} ${String(value)}`;
  const { top } = geometry;
  const word = Number(value);
  return `${name} ${address === FREE_TOP ? `${top.index(word)}#${top.tag(word)}` : showWord(wording, address, word)}`;
}

/** As many accesses are named. */
const NAMED = 8;

/** The accesses from the first on that the other list has not in its place. */
function accesses<T>(
  what: string,
  all: readonly T[],
  other: readonly T[] = [],
  nameOne: (each: T) => string,
): string {
  const apart = all.findIndex((each, i) => JSON.stringify(each) !== JSON.stringify(other[i]));
  const alike = apart === -1 ? all.length : apart;
  const rest = all.slice(alike);
  const more = rest.length - NAMED;
  const named = rest.slice(0, NAMED).map(nameOne).join(', ');
  const before = alike === 0 ? '' : `, after ${counted(alike, 'word')} alike,`;
  if (rest.length === 0) return `${what}${before} nothing${alike === 0 ? '' : ' more'}`;
  return `${what}${before} ${named}${more > 0 ? ` and ${counted(more, 'more word')}` : ''}`;
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
export function differenceText({ step, recorded, now }: TraceDifference, style: Style): string {
  return [
    ...wrap(`NOT THE SAME   step ${step} is the first that differs`, style.columns, '  ').map(style.damage),
    ...hang('  recorded  ', recorded, style.columns),
    ...hang('  now       ', now, style.columns),
  ].join('\n');
}
