import { showOperation } from '../../laboratory/program.ts';
import type { Performance } from '../../scenario/perform.ts';
import { type NotRun, notRunIn } from '../../scenario/not-run.ts';
import { counted } from '../../counted.ts';
import { hang } from './columns.ts';
import type { Style } from './style.ts';

const SINCE: Readonly<Record<NotRun['why'], string>> = {
  killed: 'it was terminated',
  hung: 'it hangs',
  crashed: 'its worker crashed',
  'first damage': 'the run ends at its first damage',
  stopped: 'the run was ended there',
  misfit: 'the schedule cannot be followed further',
  schedule: 'the schedule ends',
};

/** A thread that stops so has no row that says it, and so what it was in is told here. */
const WITHOUT_A_ROW: ReadonlySet<NotRun['why']> = new Set(['first damage', 'stopped', 'misfit']);

/** As many operations are named. */
const NAMED = 8;

/** What the header of a story lists and no thread did. */
export function notRunLines(run: Performance, style: Style): string[] {
  const sentences = notRunIn(run).flatMap((each) => sentenceOf(each));
  return sentences.length === 0 ? [] : hang('NOT RUN  ', sentences.join(' '), style.columns);
}

function sentenceOf({ thread, within, operations, why }: NotRun): string[] {
  const names = operations.slice(0, NAMED).map(showOperation).join(' ');
  const more = operations.length - NAMED;
  const all = more > 0 ? `${names} and ${counted(more, 'more operation')}` : names;
  const parts = [
    ...(within !== null && WITHOUT_A_ROW.has(why) ? [`was still in ${showOperation(within)}`] : []),
    ...(operations.length > 0 ? [`did not come to ${all}`] : []),
  ];
  return parts.length === 0 ? [] : [`T${thread} ${parts.join(', and ')}, since ${SINCE[why]}.`];
}
