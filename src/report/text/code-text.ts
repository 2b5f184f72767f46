import type { StepRecord, StopRecord, TraceEvent } from '../../observe/trace.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { type Method, methodOf } from '../../scenario/source.ts';
import { hang, pad, truncate } from './columns.ts';
import { beliefText } from '../remarks/derived.ts';
import { Scene } from '../remarks/scene.ts';
import type { RunRow } from '../story-rows.ts';
import type { Wording } from '../words.ts';

/** Where a thread stands after a step, and what it knows. */
interface Stand {
  readonly thread: number;
  /** The label of its next step. */
  readonly next: string;
  readonly known: string;
}

/** Lines of source around a thread's next step that are shown. */
const AROUND = 2;
const INDENT = 10;

/**
 * The lines of source to show under a row: where another thread begins to move, and where damage is done, the methods in progress with a
 * mark at the step that each thread makes next, and its local variables.
 */
export function codeLines(run: ScenarioRun, wording: Wording): (row: RunRow) => string[] {
  const stands = standsOf(run, wording);
  const { style } = wording;
  return ({ step, switched, gutter }) => {
    const here = step === null || !(switched || gutter === '!' || step === 1) ? [] : (stands.get(step) ?? []);
    const methods = new Map<string, { method: Method; stands: Stand[] }>();
    for (const stand of here) {
      const method = methodOf(stand.next);
      if (method === null) continue;
      const key = `${method.file} ${method.name}`;
      methods.set(key, { method, stands: [...(methods.get(key)?.stands ?? []), stand] });
    }
    return [...methods.values()]
      .flatMap((each) => methodLines(each.method, each.stands, wording))
      .map(style.faint);
  };
}

function methodLines({ name, file, lines }: Method, stands: readonly Stand[], { style }: Wording): string[] {
  const indent = ' '.repeat(style.columns < 80 ? 3 : INDENT);
  const marks = lines.map((line) =>
    stands.filter(({ next }) => new RegExp(`[(\\s]${next}[,)]`).test(line)).map(({ thread }) => `T${thread}`),
  );
  const near = (i: number): boolean =>
    marks.some((mark, at) => mark.length > 0 && Math.abs(at - i) <= AROUND);
  const told: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (!near(i)) continue;
    if (i > 0 && !near(i - 1)) told.push(`${indent}${style.glyph.ellipsis}`);
    const mark = pad(marks[i].join(','), 6);
    told.push(
      truncate(
        `${indent}${mark}${marks[i].length > 0 ? style.glyph.switch : ' '} ${line}`,
        style.columns,
        style.glyph.ellipsis,
      ),
    );
  }
  return [
    truncate(`${indent}${name}, ${file}`, style.columns, style.glyph.ellipsis),
    ...told,
    ...stands.flatMap(({ thread, known }) => hang(`${indent}T${thread}: `, known, style.columns)),
  ];
}

/** For each step where the threads stand after it that are in an operation. */
function standsOf(run: ScenarioRun, wording: Wording): Map<number, Stand[]> {
  const { events } = run.trace;
  const scene = new Scene(run.trace);
  const stands = new Map<number, Stand[]>();
  for (const [i, event] of events.entries()) {
    scene.see(event);
    if (event.kind !== 'step') continue;
    const threads = run.program.threads.map((_, n) => n + 1);
    stands.set(
      event.step,
      threads.flatMap((thread): Stand[] => {
        const next = nextLabel(events, thread, i);
        if (next === null || scene.killed.has(thread)) return [];
        const known = scene.beliefs(thread).map((belief) => beliefText(belief, wording));
        return [
          { thread, next, known: known.length === 0 ? 'no local variable is set yet' : known.join(', ') },
        ];
      }),
    );
  }
  return stands;
}

function nextLabel(events: readonly TraceEvent[], thread: number, i: number): string | null {
  const next = events
    .slice(i + 1)
    .find(
      (event): event is StepRecord | StopRecord =>
        event.thread === thread && (event.kind === 'step' || event.kind === 'stop'),
    );
  if (next === undefined) return null;
  return next.kind === 'step' ? next.label : next.before;
}
