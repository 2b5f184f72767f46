import { counted, plural } from '../../src/counted.ts';
import { rate } from '../../src/report/text/bench-figures.ts';
import { fittedTable, headingLines, padLeft, wrap } from '../../src/report/text/columns.ts';
import type { Style } from '../../src/report/text/style.ts';
import { type ContenderName, isDecided, type JudgedTarget } from './targets.ts';

/** The targets of a run for people: a table for each workload and number of threads. */
export function targetsText(judged: readonly JudgedTarget[], style: Style): string {
  const sections = groups(judged).map(([heading, group]) => {
    const heads = ['', '', 'Mops/s', 'of', 'ratio', '95 %', 'needs', ''];
    const rows = group.map((each) => rowOf(each, style));
    return [...headingLines(heading, style), ...fittedTable(heads, rows, style, ' ')].join('\n');
  });
  return [...sections, summary(judged, style)].join('\n\n');
}

function groups(judged: readonly JudgedTarget[]): [string, JudgedTarget[]][] {
  const found = new Map<string, JudgedTarget[]>();
  for (const each of judged) {
    const heading = `${each.workload}, ${counted(each.threads, 'thread')}`;
    found.set(heading, [...(found.get(heading) ?? []), each]);
  }
  return [...found];
}

function rowOf(judged: JudgedTarget, style: Style): string[] {
  const { contender, rival, mops, rivalMops, ratio, interval, ahead, least, counts, kind, repetitions } =
    judged;
  const messages = counts === 'messages' ? ', messages' : '';
  const marks = kind === 'alone' || kind === 'near' ? [] : [kind === 'disturbed' ? '~' : kind];
  return [
    nameOf(contender),
    style.faint(`/ ${nameOf(rival)}${messages}`),
    padLeft(rate(mops), 6),
    padLeft(rate(rivalMops), 6),
    padLeft(ratio.toFixed(2), 5),
    style.faint(interval.map((end) => end.toFixed(2)).join('…')),
    `${ahead ? '>' : '≥'} ${least}`,
    [verdictOf(judged, style), style.note(`[${[...marks, repetitions].join(', ')}]`)].join(' '),
  ];
}

/** A contender with its engine, or the name of a peer. */
export function nameOf({ engine, scheme, structure }: ContenderName): string {
  const of = structure === undefined ? scheme : structure;
  return engine === 'peer' ? of : `${of} (${engine})`;
}

function verdictOf({ isMet, isSure, kind }: JudgedTarget, style: Style): string {
  if (!isDecided({ kind })) return 'undecided';
  const word = `${isMet ? 'met' : 'missed'}${isSure ? '' : '?'}`;
  return isMet ? word : style.accent(word);
}

const are = (count: number): string => plural(count, 'is', 'are');

function summary(judged: readonly JudgedTarget[], style: Style): string {
  const decided = judged.filter(isDecided);
  const met = decided.filter(({ isMet }) => isMet).length;
  const unsure = decided.filter(({ isSure }) => !isSure).length;
  const missed = decided.length - met;
  const undecided = judged.length - decided.length;
  const more = decided.length === 0 ? counted(undecided, 'target') : `${undecided} more`;
  const lines = [
    ...(decided.length === 0
      ? []
      : [
          `${met} of ${counted(decided.length, 'target')} ${are(decided.length)} met, ${missed} ${are(missed)} missed; ${unsure} of these answers ${are(unsure)} not sure (?).`,
        ]),
    ...(undecided === 0
      ? []
      : [
          `${more} ${are(undecided)} undecided: too few repetitions had the cores to themselves (~). Measure again on a machine with less other work.`,
        ]),
    'A ratio is that of the medians of repetitions that took turns and were of one kind, pair by pair; how many stands at the end. What was measured with near cores and with far ones has a row for each. ' +
      'The interval is a bootstrap of 2000 resamples. An answer is not sure if the interval says both.',
  ];
  return lines.flatMap((line) => wrap(line, style.columns, '  ')).join('\n');
}
