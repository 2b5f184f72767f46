import { namesOfValues } from '../laboratory/program.ts';
import { lastStep } from '../observe/steps-back.ts';
import type { TraceEvent } from '../observe/trace.ts';
import type { ScenarioRun } from '../scenario/scenario-run.ts';
import { plainStyle } from './text/style.ts';
import { describeStep, type Wording } from './words.ts';

/** An event of the format that Perfetto and Chrome's own viewer open: a slice, an instant, or the name of a track. */
export interface ViewerEvent {
  readonly name: string;
  readonly ph: 'X' | 'i' | 'M';
  readonly cat?: 'operation' | 'step' | 'damage';
  /** In steps: a viewer calls them microseconds. */
  readonly ts?: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly s?: 't';
  readonly args?: Readonly<Record<string, string | number>>;
}

/** A step is so long and begins that much after its number, so that the operation around it is longer on both sides. */
const STEP = { after: 0.05, long: 0.9 };

/**
 * A run as a viewer of traces shows it: a track for each thread, on it operations, and in these their steps. Time is logical: the numbers of
 * steps stand where the format has microseconds.
 */
export function viewerTrace(run: ScenarioRun): {
  readonly traceEvents: readonly ViewerEvent[];
  readonly otherData: object;
} {
  const { trace, program, scenario, choice, findings, audit } = run;
  const wording: Wording = {
    geometry: audit.geometry,
    style: plainStyle(),
    show: namesOfValues(audit.geometry),
  };
  const tracks = program.threads.map((_, i): ViewerEvent => {
    return { name: 'thread_name', ph: 'M', pid: 1, tid: i + 1, args: { name: `T${i + 1}` } };
  });
  const events = trace.events.flatMap((event): ViewerEvent[] => {
    if (event.kind === 'invoke') return [operation(event, trace.events, wording)];
    if (event.kind !== 'step') return [];
    const { step, thread, label } = event;
    const name = describeStep(wording, event);
    const at = { ph: 'X', pid: 1, tid: thread, ts: step + STEP.after, dur: STEP.long } as const;
    return [{ name, cat: 'step', ...at, args: { step, label } }];
  });
  const damage = findings.flatMap(({ kind, step, thread, note }): ViewerEvent[] => {
    if (step === null || thread === null) return [];
    return [
      { name: kind, cat: 'damage', ph: 'i', s: 't', pid: 1, tid: thread, ts: step + 0.5, args: { note } },
    ];
  });
  return {
    traceEvents: [...tracks, ...events, ...damage],
    otherData: { run: `${scenario.id} under ${choice.spec}`, time: 'one microsecond is one step' },
  };
}

function operation(
  { thread, op, name, argument, step }: Extract<TraceEvent, { kind: 'invoke' }>,
  events: readonly TraceEvent[],
  { show }: Wording,
): ViewerEvent {
  const own = events.filter((event) => event.thread === thread && 'op' in event && event.op === op);
  const answer = own.find((event) => event.kind === 'return');
  const last = lastStep(own)?.step ?? step;
  const value = answer?.value ?? null;
  return {
    name: `${name}(${argument === null ? '' : show(argument)})`,
    cat: 'operation',
    ph: 'X',
    pid: 1,
    tid: thread,
    ts: step,
    dur: last - step + 1,
    args: { answer: value === null ? (answer?.outcome ?? 'none') : show(value) },
  };
}
