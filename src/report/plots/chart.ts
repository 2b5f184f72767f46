/** A point of a line: where, and between which two values the measurements lay. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** Points that are not joined. */
  readonly scattered?: boolean;
}

export interface Axis {
  readonly label: string;
  /** Equal ratios have equal lengths. */
  readonly log?: boolean;
  /** It counts: there is nothing between two whole numbers. */
  readonly whole?: boolean;
}

/** What is said at a place of the x axis in place of a value: a scheme that was corrupted has no throughput. */
export interface ChartMark {
  readonly name: string;
  /** 0 where it has no place on the axis. */
  readonly x: number;
  readonly text: string;
}

/** A plot as data: what its picture, its table and its CSV are made from. */
export interface Chart {
  /** Names its files. */
  readonly id: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly ChartSeries[];
  /** Each series has a small picture of its own, all with the same axes: in these rows and columns, whose names make up its own. */
  readonly grid?: { readonly rows: readonly string[]; readonly columns: readonly string[] };
  readonly marks: readonly ChartMark[];
}

/** The name of a series of a grid. */
export function nameInGrid(row: string, column: string): string {
  return `${row}, ${column}`;
}

/** True if there is something to draw. */
export function hasPoints({ series, marks }: Chart): boolean {
  return marks.length > 0 || series.some(({ points }) => points.length > 0);
}

/** The numbers of plots in long form, as RFC 4180 has it: a row for each point. */
export function chartsCsv(charts: readonly Chart[]): string {
  const rows = charts.flatMap((chart) => [
    ...chart.series.flatMap(({ name, points }) =>
      points.map(({ x, y, low, high }) => [chart.id, name, x, y, low ?? '', high ?? '', '']),
    ),
    ...chart.marks.map(({ name, x, text }) => [chart.id, name, x, '', '', '', text]),
  ]);
  return [['plot', 'series', 'x', 'y', 'low', 'high', 'mark'], ...rows]
    .map((row) => `${row.map(field).join(',')}\r\n`)
    .join('');
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
