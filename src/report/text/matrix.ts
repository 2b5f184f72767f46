import { listed, withCommas } from '../../counted.ts';
import { axesOf, type MatrixCell, cellsByScheme, shortCellText } from '../../explore/matrix-cell.ts';
import { mostInUse, namesOfValues } from '../../laboratory/program.ts';
import { boundOf } from '../../laboratory/registry.ts';
import type { StepRecord, TraceEvent } from '../../observe/trace.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { fittedTable, hang, table, truncate, widthOf, wrap } from './columns.ts';
import { outcomeText } from '../outcome.ts';
import type { Style } from './style.ts';
import { cameOf } from '../watched.ts';
import { unjudgedText } from '../words.ts';

/**
 * One row for each scheme: what became of the step that the scenario watches, the damage in numbers, and what came of it all. If the run
 * was interrupted it says so, and draws no moral, which is about all cases.
 */
export function matrixText(runs: readonly ScenarioRun[], style: Style, interrupted: boolean = false): string {
  const [{ scenario }] = runs;
  const [thread, , label] = scenario.watch.split('.');
  const head = ['', 'step', `${thread}'s ${label}`, 'dup', 'lost', 'confl', 'leak', 'peak', 'came of it'];
  const rows = runs.map((run) => {
    const { step, text } = watched(run, style);
    const came = outcomeText(run);
    return [
      run.case.key,
      step,
      text,
      count(run, 'duplicate value'),
      count(run, 'lost value'),
      String(run.audit.conflicts),
      String(run.audit.leaked),
      peakOf(run),
      run.findings.length > 0 ? style.damage(`! ${came}`) : style.ok(came),
    ];
  });
  const cells = withoutZeros([head, ...rows]);
  const isOwn = runs.some(({ own }) => own.includes('schedule') || own.includes('slots'));
  return [
    style.heading(`MATRIX ${scenario.id}${interrupted ? ' (interrupted)' : ''}`),
    ...(fitted(cells, style) ?? stacked(cells, style)),
    ...wrap(legendOf(cells[0]), style.columns).map(style.faint),
    ...slotsLines(runs, style),
    ...unjudgedLines(runs, style),
    // It is said of the scenario's own steps: others may come to another end.
    ...(isOwn || interrupted ? [] : wrap(scenario.moral, style.columns).map(style.note)),
  ].join('\n');
}

/** What the heads of columns mean. */
const LEGEND: Readonly<Record<string, string>> = {
  confl: 'slots with two owners',
  leak: 'slots with none',
  peak: 'most unreclaimed at once (of the bound)',
};

function legendOf(head: readonly string[]): string {
  return head.flatMap((name) => (name in LEGEND ? [`${name} = ${LEGEND[name]}`] : [])).join(', ');
}

/** The sizes of the slabs, where they differ: a scheme has as many slots as it needs at least. */
function slotsLines(runs: readonly ScenarioRun[], style: Style): string[] {
  const slots = runs.map(({ audit }) => audit.slots);
  const usual = Math.min(...slots);
  const more = runs.flatMap(({ case: { key }, audit }) =>
    audit.slots === usual ? [] : [`${key} ${withCommas(audit.slots)}`],
  );
  if (more.length === 0) return [];
  const text = `slots = ${withCommas(usual)}, or as many as are needed at least: ${more.join(', ')}`;
  return wrap(text, style.columns).map(style.faint);
}

/** The operations whose answers nobody judges: where they are all that could be wrong, `ok` says nothing of them. */
function unjudgedLines(runs: readonly ScenarioRun[], style: Style): string[] {
  const names = [...new Set(runs.flatMap(({ history }) => history.notJudged))];
  return names.length === 0 ? [] : wrap(`not judged: ${unjudgedText(names)}`, style.columns).map(style.faint);
}

/** A count that is zero under every scheme says nothing here. */
function withoutZeros(rows: readonly (readonly string[])[]): string[][] {
  const [head, ...others] = rows;
  const tells = head.map((_, i) => others.some((row) => row[i] !== '0'));
  return rows.map((row) => row.filter((_, i) => tells[i]));
}

/** The columns that give way where a line would be too long, and to how much. */
const TEXT = 2;
const LEAST = 16;
const LEAST_OUTCOME = 18;

/** The rows as lines, the outcome on further lines where it is long; null if there is no room for a table. */
function fitted(rows: readonly (readonly string[])[], style: Style): string[] | null {
  const last = rows[0].length - 1;
  const gaps = 2 * last;
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => widthOf(row[i]))));
  const others = widths.reduce((sum, width, i) => (i === TEXT || i === last ? sum : sum + width), gaps);
  const room = style.columns - others;
  if (room < LEAST + LEAST_OUTCOME) return null;
  const outcome = Math.min(widths[last], Math.max(LEAST_OUTCOME, room - widths[TEXT]));
  const text = Math.min(widths[TEXT], room - outcome);
  return table(
    rows.flatMap((row) => {
      const [first, ...more] = wrap(row[last], outcome);
      const whole = row.with(TEXT, truncate(row[TEXT], text, style.glyph.ellipsis)).with(last, first);
      return [whole, ...more.map((line) => [...row.slice(0, last).map(() => ''), line])];
    }),
  );
}

/** The rows one below the other, for a narrow terminal. */
function stacked([head, ...rows]: readonly (readonly string[])[], style: Style): string[] {
  return rows.flatMap(([name, ...cells]) => [
    style.accent(name),
    ...cells.flatMap((cell, i) =>
      cell === '' || cell === '0' ? [] : hang(`  ${head[i + 1]}  `, cell, style.columns),
    ),
  ]);
}

/** The most unreclaimed slots at once, and the bound of the scheme. */
function peakOf({ peaks, choice, audit, structure, program }: ScenarioRun): string {
  const bound = boundOf(choice, audit.geometry.threads, structure, mostInUse(program));
  return bound === null
    ? withCommas(peaks.unreclaimed)
    : `${withCommas(peaks.unreclaimed)} of ${withCommas(bound)}`;
}

function count({ findings, history }: ScenarioRun, kind: 'duplicate value' | 'lost value'): string {
  const online = findings.filter((finding) => finding.kind === kind).length;
  return String(Math.max(online, history.findings.filter((finding) => finding.kind === kind).length));
}

/** The step that the scenario watches, and why it came out as it did. */
function watched(run: ScenarioRun, style: Style): { step: string; text: string } {
  const { events } = run.trace;
  const number = stepOfAnchor(events, run.scenario.watch);
  const record = events.find((event): event is StepRecord => event.kind === 'step' && event.step === number);
  if (number === null || !record) return { step: '', text: 'not reached' };
  const wording = { geometry: run.audit.geometry, style, show: namesOfValues(run.audit.geometry) };
  return { step: String(number), text: cameOf(run, record, wording) };
}

/** The number of the step that an anchor names, `T1.op1.D4` or `T1.op1.D4#2`; null if the run never came there. */
function stepOfAnchor(events: readonly TraceEvent[], anchor: string): number | null {
  const match = /^T(\d+)\.op(\d+)\.(\w+)(?:#(\d+))?$/.exec(anchor);
  if (!match) return null;
  const [, thread, op, label, nth] = match;
  const fits = events.filter(
    (event) =>
      event.kind === 'step' &&
      event.thread === Number(thread) &&
      event.op === Number(op) &&
      event.label === label,
  );
  return fits[Number(nth ?? 1) - 1]?.step ?? null;
}

/** Which structure holds under which scheme: the schemes under which all are sound in a line, the others in a table. */
export function structuresMatrixText(matrix: readonly MatrixCell[], style: Style): string {
  const rows = cellsByScheme(matrix);
  const sound = rows.filter(({ cells }) => cells.every(isFine)).map(({ scheme }) => scheme);
  const shown = rows.filter(({ scheme }) => !sound.includes(scheme));
  return [
    style.heading('Structures under schemes, as explored'),
    ...fittedTable(
      ['scheme', ...axesOf(matrix).structures],
      shown.map(({ scheme, cells }) => [style.accent(scheme), ...cells.map((cell) => cellText(cell, style))]),
      style,
    ),
    ...hang('', soundText(matrix, sound), style.columns),
  ].join('\n');
}

function isFine({ verdict }: MatrixCell): boolean {
  return verdict === 'sound' || verdict === 'not-applicable';
}

/** That a cell is not applicable is said below the table, of a structure as a whole. */
function cellText(cell: MatrixCell, style: Style): string {
  if (cell.verdict === 'not-applicable') return '';
  return cell.verdict === 'unsound' ? style.damage(shortCellText(cell)) : shortCellText(cell);
}

/** Under which schemes all are sound, and to which structures none of them makes a difference. */
function soundText(matrix: readonly MatrixCell[], under: readonly string[]): string {
  const without = axesOf(matrix.filter(({ verdict }) => verdict === 'not-applicable')).structures;
  if (without.length === 0) return `All are sound under ${listed(under, Infinity)}.`;
  const { schemes: explored } = axesOf(
    matrix.filter(({ structure, verdict }) => without.includes(structure) && verdict !== 'not-applicable'),
  );
  return `All that take slots are sound under ${listed(under, Infinity)}. No scheme makes a difference to ${listed(without)}, which take none: what was explored under ${listed(explored)} holds under all.`;
}
