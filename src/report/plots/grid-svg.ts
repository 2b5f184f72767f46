import { type Html, markup } from '../../markup.ts';
import { type Chart, type ChartPoint, nameInGrid } from './chart.ts';
import { line } from './d3.ts';
import { numberText, round, type Scale, scaleFor } from './scale.ts';

/** The size of one small picture, and the room around and between them. */
const CELL = { width: 96, height: 64 };
const GAP = 14;
const EDGE = { left: 150, right: 16, top: 62, bottom: 28 };
const COLOUR = '#0072B2';
const GREY = '#767676';
const INK = '#1A1A1A';

/** Small multiples: a picture for each row and column, all with the same axes, so that they can be compared. */
export function gridSvg(chart: Chart, { rows, columns }: NonNullable<Chart['grid']>): Html {
  const { title, x, y, series } = chart;
  const points = series.flatMap((each) => each.points);
  const across = scaleFor(
    x,
    points.map((point) => point.x),
    [0, CELL.width],
  );
  const up = scaleFor(
    y,
    points.map((point) => point.y),
    [CELL.height, 0],
  );
  const width = EDGE.left + columns.length * (CELL.width + GAP) + EDGE.right;
  const height = EDGE.top + rows.length * (CELL.height + GAP) + EDGE.bottom;
  const heads = columns.map(
    (name, i) =>
      markup`<text x="${leftOf(i)}" y="${EDGE.top - 8}" font-size="11" fill="${INK}">${name}</text>`,
  );
  const names = rows.map(
    (name, i) =>
      markup`<text x="${EDGE.left - 46}" y="${topOf(i) + CELL.height / 2 + 4}" font-size="11" fill="${INK}" text-anchor="end">${name}</text>`,
  );
  const cells = rows.flatMap((row, i) =>
    columns.map((column, k) => {
      const own = series.find(({ name }) => name === nameInGrid(row, column))?.points ?? [];
      const drawn = own.length > 0 ? small(own, across, up) : none();
      return markup`<g class="cell" data-name="${nameInGrid(row, column)}" transform="translate(${leftOf(k)} ${topOf(i)})"><title>${row} under ${column}</title>${frame(up, k === 0)}${drawn}</g>`;
    }),
  );
  const below = columns.map((_, k) => ticksBelow(across, leftOf(k), topOf(rows.length) - GAP));
  const told = `${title}: ${y.label} against ${x.label}, ${rows.join(', ')} by ${columns.join(', ')}. The table has the numbers.`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="chart grid" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${told}" font-family="sans-serif"><text class="title" x="16" y="20" font-size="14" font-weight="bold" fill="${INK}">${title}</text><text class="axis" x="16" y="38" font-size="11" fill="${INK}">${y.label} against ${x.label}; all have the same axes</text>${heads}${names}${cells}${below}</svg>`;
}

function leftOf(column: number): number {
  return EDGE.left + column * (CELL.width + GAP);
}

function topOf(row: number): number {
  return EDGE.top + row * (CELL.height + GAP);
}

function frame(up: Scale, isFirst: boolean): Html {
  const ticks = up
    .ticks(3)
    .map(
      (tick) =>
        markup`<line x1="0" x2="${CELL.width}" y1="${round(up(tick))}" y2="${round(up(tick))}" stroke="${GREY}" stroke-opacity="0.25"/>${
          isFirst &&
          markup`<text class="tick y" x="-5" y="${round(up(tick) + 4)}" font-size="10" fill="${INK}" text-anchor="end">${numberText(tick)}</text>`
        }`,
    );
  return markup`${ticks}<line x1="0" x2="${CELL.width}" y1="${CELL.height}" y2="${CELL.height}" stroke="${GREY}"/>`;
}

function ticksBelow(across: Scale, left: number, bottom: number): Html {
  return markup`<g class="ticks" transform="translate(${left} ${bottom})">${across
    .ticks(3)
    .map(
      (tick) =>
        markup`<text class="tick x" x="${round(across(tick))}" y="14" font-size="10" fill="${INK}" text-anchor="middle">${numberText(tick)}</text>`,
    )}</g>`;
}

function small(points: readonly ChartPoint[], across: Scale, up: Scale): Html {
  const path = line<ChartPoint>(
    ({ x }) => round(across(x)),
    ({ y }) => round(up(y)),
  )(points);
  const signs = points.map(
    ({ x, y }) =>
      markup`<circle cx="${round(across(x))}" cy="${round(up(y))}" r="2.5" fill="${COLOUR}"><title>${numberText(y)} at ${numberText(x)}</title></circle>`,
  );
  return markup`<path class="line" d="${path ?? ''}" fill="none" stroke="${COLOUR}" stroke-width="2"/>${signs}`;
}

/** Nothing was measured here, or what was is corrupted: a mark tells it, and no line. */
function none(): Html {
  return markup`<text x="${CELL.width / 2}" y="${CELL.height / 2}" font-size="11" fill="${GREY}" text-anchor="middle">–</text>`;
}
