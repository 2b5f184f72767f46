import { counted } from '../../counted.ts';
import { type Report, sourcesText } from '../../gallery/report.ts';
import type { ShownReport, Tried } from '../../gallery/show.ts';
import { hang, pad, widthOf, wrap } from './columns.ts';
import { runText } from './run-text.ts';
import { plainStyle, type Style } from './style.ts';

/** What a sample came to, in a few words. */
export function triedText({ executions, complete, failure }: Tried): string {
  if (failure === null)
    return `${complete ? 'complete and clean' : 'not complete'}: ${counted(executions, 'execution')}`;
  return `${failure.kind}, ${counted(failure.preemptions, 'preemption')}`;
}

const FACT = 10;

/** A report, told: what it says, the shortest story of the broken sample, and what the repaired one came to. */
export function galleryText({ report, broken, repaired, asReported }: ShownReport, style: Style): string {
  const fact = (name: string, text: string): string[] =>
    hang(pad(style.faint(name), FACT), text, style.columns);
  return [
    `${style.accent(report.id)}   ${style.heading(report.title)}`,
    ...fact('report', sourcesText(report.sources)),
    ...wrap(report.about, style.columns),
    '',
    ...fact('broken', triedText(broken)),
    '',
    ...storyLines(broken, style),
    '',
    ...fact('repaired', triedText(repaired)),
    ...wrap(report.repair, style.columns, ' '.repeat(FACT)),
    ...(repaired.failure === null ? [] : ['', ...storyLines(repaired, style)]),
    '',
    asReported
      ? style.ok('as reported')
      : style.damage(`BROKEN   ${notAsReported(report, broken, repaired)}`),
  ].join('\n');
}

/** What is wrong with a report that did not come out. */
function notAsReported(report: Report, broken: Tried, repaired: Tried): string {
  if (broken.failure?.kind !== report.shows)
    return `the broken sample shows ${broken.failure?.kind ?? 'nothing'}, and not ${report.shows}.`;
  return repaired.failure === null
    ? 'the repaired sample was not searched to its end.'
    : `the repaired sample shows ${repaired.failure.kind}.`;
}

/** The shortest story of a sample that fails, line by line. */
export function storyLines({ failure }: Tried, style: Style): string[] {
  if (failure === null) return ['nothing was found'];
  const { story } = failure;
  if (typeof story !== 'string') return runText(story, style).split('\n');
  return story.split('\n').flatMap((line) => {
    if (widthOf(line) <= style.columns) return [line];
    const indent = /^ */.exec(line)?.[0] ?? '';
    return hang(indent, line.trimStart(), style.columns);
  });
}

/** A report in a document of `--json`. */
export function galleryJson({ report, broken, repaired, asReported }: ShownReport): Record<string, unknown> {
  return {
    verdict: asReported ? 'as-claimed' : 'broken',
    report: report.id,
    title: report.title,
    sources: report.sources,
    expected: { kind: report.shows },
    findings: broken.failure === null ? [] : [{ kind: broken.failure.kind, replay: broken.failure.replay }],
    broken: triedJson(broken),
    repaired: triedJson(repaired),
    audit: null,
    seed: null,
  };
}

function triedJson({ executions, complete, failure }: Tried): Record<string, unknown> {
  if (failure === null) return { executions, complete, failure };
  const { story } = failure;
  const text = typeof story === 'string' ? story : runText(story, plainStyle());
  return { executions, complete, failure: { ...failure, story: text } };
}
