import type { NamedComparison, NamedResult } from '../../bench/compare.ts';
import type { BenchResult } from '../../bench/result-file.ts';
import type { Exploration } from '../../explore/explore.ts';
import type { Shrunk } from '../../explore/shrink/shrink.ts';
import type { SchemeChoice } from '../../laboratory/registry.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { teachingCase } from '../../scenario/scenario.ts';
import type { StressResult } from '../../stress/result.ts';
import { benchCharts } from '../plots/bench-charts.ts';
import type { Chart } from '../plots/chart.ts';
import { explorationCharts, stressCharts } from '../plots/result-charts.ts';
import { leakGraph } from '../plots/leak-graph.ts';
import { leakGraphSvg } from '../plots/leak-graph-svg.ts';
import { auditText, type AuditReport } from '../text/audit-text.ts';
import { comparisonsText } from '../text/bench-comparison.ts';
import { benchText } from '../text/bench-table.ts';
import { explorationText, explorationVerdict } from '../text/exploration-text.ts';
import { matrixText } from '../text/matrix.ts';
import { shrunkText } from '../text/shrunk-text.ts';
import { stressTable } from '../text/stress-table.ts';
import { stressText } from '../text/stress-text.ts';
import { chartFigure } from './chart-figure.ts';
import { pageDocument } from './document.ts';
import { type Html, markup } from '../../markup.ts';
import { blockMarkup, pageStyle, TABLE_COLUMNS } from './page-style.ts';
import { runSection, verdictMarkup } from './run-section.ts';
import { viewOfRun } from './view-of-run.ts';

/** Reports that are laid out in columns keep them in a page. */
const style = pageStyle(100);

/** What an exploration came to. */
export interface ExplorationReport {
  readonly exploration: Exploration;
  readonly choice: SchemeChoice;
  readonly broken: boolean;
  /** The first failure made small, and its run; null where there is none. */
  readonly shrunk: Shrunk | null;
  readonly played: ScenarioRun | null;
}

/** The page of a search: what it covered and found, and the story of the shortest failure. */
export function explorationPage(report: ExplorationReport, command: string): string {
  const { played } = report;
  const runs = played === null ? [] : [viewOfRun(played)];
  return pageDocument({
    title: 'Every interleaving of a program',
    command,
    sections: [explorationSection(report), ...runs.map((view, i) => runSection(view, i))],
    runs,
  });
}

function explorationSection({ exploration, choice, broken, shrunk }: ExplorationReport): Html {
  const told = [explorationText(exploration, style), ...(shrunk === null ? [] : [shrunkText(shrunk, style)])];
  const { findings } = exploration;
  const plots = explorationCharts(exploration);
  const list =
    findings.length > 0 &&
    markup`<h3>What was found</h3><ul class="findings">${findings.map(
      ({ kind, note, schedule }) =>
        markup`<li><strong class="damage">${kind}</strong> ${note} <code>${schedule}</code></li>`,
    )}</ul>`;
  return markup`<section>${verdictMarkup(explorationVerdict(exploration, choice, broken), broken)}${blockMarkup(told.join('\n'))}${list}${plots.length > 0 && markup`<div class="plots">${plots.map(chartFigure)}</div>`}</section>`;
}

/** What an audit came to: its report, and the verdict in one sentence. */
export interface AuditPage {
  readonly report: AuditReport;
  readonly sentence: string;
  readonly isBroken: boolean;
}

/** The page of an audit: the report, and the graph of the slots. */
export function auditPage(audited: AuditPage, command: string): string {
  return pageDocument({ title: 'Who owns each slot', command, sections: [auditSection(audited)] });
}

/** What an audit came to, with the graph of the slots. */
export function auditSection({ report, sentence, isBroken }: AuditPage): Html {
  const { audit, of, losses, show } = report;
  const picture = leakGraphSvg(leakGraph(audit, { title: `Audit ${of}`, losses, show }));
  const data = Buffer.from(picture).toString('base64');
  return markup`<section><h2>Audit ${of}</h2>${verdictMarkup(sentence, isBroken)}${blockMarkup(auditText(report, style))}<div class="scroll picture" tabindex="0" role="region" aria-label="The graph of the slots"><img alt="The graph of the slots: which leads to which. The report above says the same in words." src="data:image/svg+xml;base64,${data}"></div></section>`;
}

/** The page of stress runs, one below the other, with a table where there are several. */
export function stressPage(
  results: readonly StressResult[],
  missing: readonly string[],
  command: string,
  leftOut: readonly { readonly scheme: string; readonly reason: string }[] = [],
): string {
  const table =
    results.length + leftOut.length > 1 &&
    markup`<section><h2>All at once</h2>${blockMarkup(stressTable(results, pageStyle(TABLE_COLUMNS), missing, leftOut))}${leftOut.map(({ scheme, reason }) => markup`<p>${scheme} is left out: ${reason}</p>`)}</section>`;
  return pageDocument({
    title: 'Free threads',
    command,
    sections: [
      ...(table === false ? [] : [table]),
      ...results.map(
        (result) =>
          markup`<section><h2>${result.scheme}</h2>${blockMarkup(stressText(result, style))}</section>`,
      ),
      ...plotsOf(stressCharts(results)),
    ],
  });
}

/** Plots of charts, below each other; nothing if there are none. */
export function plotsOf(charts: readonly Chart[]): Html[] {
  if (charts.length === 0) return [];
  return [markup`<section><h2>Plots</h2><div class="plots">${charts.map(chartFigure)}</div></section>`];
}

/** The page of a benchmark. */
export function benchPage(result: BenchResult, command: string): string {
  return pageDocument({ title: 'What it costs', command, sections: benchSections(result) });
}

/** The page of results that are compared. */
export function comparisonPage(
  results: readonly NamedResult[],
  comparisons: readonly NamedComparison[],
  charts: readonly Chart[],
  command: string,
): string {
  return pageDocument({
    title: 'Which differences are real',
    command,
    sections: [
      markup`<section>${blockMarkup(comparisonsText(results, comparisons, style))}</section>`,
      ...plotsOf(charts),
    ],
  });
}

/** What a benchmark measured: its tables, and its plots. */
export function benchSections(result: BenchResult): Html[] {
  return [
    markup`<section>${blockMarkup(benchText(result, style))}</section>`,
    ...plotsOf(benchCharts(result)),
  ];
}

/** The page of the tour: the run that teaches, all schemes in a table, and what free threads did. */
export function tourPage(
  plays: readonly ScenarioRun[],
  results: readonly StressResult[],
  command: string,
): string {
  const shown = plays.filter((each) => each.case === teachingCase(each.scenario));
  const runs = shown.map((each) => viewOfRun(each));
  return pageDocument({
    title: 'An ABA on real threads, and what survives it',
    command,
    sections: [
      ...runs.map((view, i) => runSection(view, i)),
      ...(plays.length > 1
        ? [
            markup`<section><h2>The same schedule under every scheme</h2>${blockMarkup(matrixText(plays, pageStyle(TABLE_COLUMNS)))}</section>`,
          ]
        : []),
      ...(results.length > 0
        ? [
            markup`<section><h2>Free threads</h2>${blockMarkup(stressTable(results, pageStyle(TABLE_COLUMNS)))}</section>`,
          ]
        : []),
    ],
    runs,
  });
}
