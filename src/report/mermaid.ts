import { namesOfValues } from '../laboratory/program.ts';
import { placeOf } from '../observe/lives.ts';
import { wordName } from '../observe/names.ts';
import type { StepRecord } from '../observe/trace.ts';
import type { ScenarioRun } from '../scenario/scenario-run.ts';
import { type RunRow, rowsOf } from './story-rows.ts';
import { plainStyle } from './text/style.ts';

/** A diagram has no more messages: more are no picture any longer. */
const MOST = 40;

/**
 * A run as a sequence diagram of Mermaid: a message for each step, from the thread to the word that the step is about. Of a run with more
 * steps those that matter most are there, and a note for each stretch that is left out.
 */
export function mermaidDiagram(run: ScenarioRun): string {
  const { trace, audit, program, scenario, choice } = run;
  const { geometry } = audit;
  const steps = trace.events.filter((event): event is StepRecord => event.kind === 'step');
  const wording = { geometry, style: plainStyle(), show: namesOfValues(geometry) };
  const rows = rowsOf(run, wording, { queueRoom: 0, freeRoom: 0, withState: false });
  const shown = mostImportant(rows.filter(({ step }) => step !== null));
  const threads = program.threads.map((_, i) => `T${i + 1}`);
  const targetOf = ({ address }: StepRecord): string => {
    const place = placeOf(geometry, address);
    if (place !== null) return `slot ${place.slot}`;
    return address >= geometry.recordsBase ? 'records' : wordName(geometry, address);
  };
  const targets = [...new Set(shown.map(({ step }) => targetOf(steps[(step ?? 0) - 1])))];
  const across = threads.length === 1 ? 'T1' : `T1,T${threads.length}`;
  const lines: string[] = [];
  let last = 0;
  for (const { step, thread, text, gutter } of shown) {
    const at = step ?? 0;
    lines.push(...leftOut(last, at, across));
    const target = `W${targets.indexOf(targetOf(steps[at - 1])) + 1}`;
    const sign = gutter === ' ' ? '' : `${gutter} `;
    lines.push(`T${thread}->>${target}: ${escaped(`${sign}${at} ${text.trim().replaceAll(/ +/g, ' ')}`)}`);
    last = at;
  }
  lines.push(...leftOut(last, steps.length + 1, across));
  return [
    '---',
    `title: ${JSON.stringify(`${scenario.id} under ${choice.name}`)}`,
    '---',
    'sequenceDiagram',
    ...[
      ...threads.map((name) => `participant ${name}`),
      ...targets.map((name, i) => `participant W${i + 1} as ${escaped(name)}`),
      ...lines,
    ].map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** The rows that a story would keep longest, in order. */
function mostImportant(rows: readonly RunRow[]): readonly RunRow[] {
  const chosen = rows.toSorted((a, b) => a.rank - b.rank || a.at - b.at).slice(0, MOST);
  return chosen.toSorted((a, b) => a.at - b.at);
}

function leftOut(last: number, next: number, across: string): string[] {
  const count = next - last - 1;
  if (count === 0) return [];
  const which = count === 1 ? `step ${last + 1} is` : `steps ${last + 1} to ${next - 1} are`;
  return [`Note over ${across}: ${which} left out`];
}

/** A text of a message: what would end it, or begin an entity, is written as one. */
function escaped(text: string): string {
  return text.replaceAll(/[#;<>"]/g, (sign) => `#${sign.codePointAt(0)};`);
}
