/** A line of the table: in the column of a thread, with a number before it if it is a step, or across all columns. */
export interface TableRow {
  readonly step: number | null;
  /** From 0; -1 for a line across. */
  readonly thread: number;
  readonly text: string;
  /** Where in the code. */
  readonly where: string;
  readonly mark: '!' | '';
}

const WIDEST = 118;
const GUTTER = 8;

/** The rows side by side, a column for each thread, where they fit; else one below the other, with the thread before each. */
export function stepTable(rows: readonly TableRow[], threads: number): string[] {
  const widths = Array.from({ length: threads }, (_, thread) =>
    rows.reduce((most, row) => (row.thread === thread ? Math.max(most, row.text.length) : most), 2),
  );
  const where = rows.reduce((most, row) => Math.max(most, row.where.length), 0);
  const total = widths.reduce((sum, width) => sum + width + 2, GUTTER + where);
  return total <= WIDEST ? sideBySide(rows, widths) : oneColumn(rows);
}

function sideBySide(rows: readonly TableRow[], widths: readonly number[]): string[] {
  const starts = widths.map((_, thread) =>
    widths.slice(0, thread).reduce((sum, width) => sum + width + 2, 0),
  );
  const total = widths.reduce((sum, width) => sum + width + 2, 0);
  const head = widths.map((width, thread) => `T${thread + 1}`.padEnd(width + 2)).join('');
  return [
    `${'step'.padStart(GUTTER - 2)}  ${head}`,
    ...rows.map((row) => {
      const cell = row.thread < 0 ? row.text : ' '.repeat(starts[row.thread]) + row.text;
      return gutter(row) + (row.where === '' ? cell : cell.padEnd(total) + row.where);
    }),
  ].map((line) => line.trimEnd());
}

function oneColumn(rows: readonly TableRow[]): string[] {
  const cells = rows.map(({ thread, text }) => (thread < 0 ? text : `${`T${thread + 1}`.padEnd(4)}${text}`));
  const width = Math.min(90, Math.max(...cells.map(({ length }) => length)));
  return rows.map((row, i) =>
    (gutter(row) + (row.where === '' ? cells[i] : `${cells[i].padEnd(width)}  ${row.where}`)).trimEnd(),
  );
}

function gutter({ step, mark }: TableRow): string {
  return `${mark.padEnd(1)}${String(step ?? '').padStart(GUTTER - 3)}  `;
}
