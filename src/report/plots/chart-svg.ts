import { type Html, markup } from '../../markup.ts';
import type { Chart, ChartPoint, ChartSeries } from './chart.ts';
import { line } from './d3.ts';
import { gridSvg } from './grid-svg.ts';
import { numberText, round, type Scale, scaleFor } from './scale.ts';

const SIZE = { width: 620, height: 340 };
const EDGE = { left: 66, right: 196, top: 34, bottom: 48 };
/** Nothing stands on the frame: so far the first and the last value are from it. */
const INSET = 16;
/** Series that share the places of their points stand beside each other, as far apart. */
const APART = 4;
/** The heights of a line that names a series, and of one that says of what there is no value. */
const [KEY, NOTE] = [18, 16];
/** Okabe and Ito's colours, which people tell apart who see fewer; each line has a dash and a sign of its own as well. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#B57500', '#56B4E9', '#6B6B6B'];
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 2'];
const GREY = '#767676';
const INK = '#1A1A1A';
const BAD = '#A83200';

/** A plot as a picture of its own: static, the same bytes for the same numbers. */
export function chartSvg(chart: Chart): Html {
  if (chart.grid !== undefined) return gridSvg(chart, chart.grid);
  const { title, x, y, series, marks } = chart;
  const points = series.flatMap((each) => each.points);
  const across = scaleFor(
    x,
    [...points.map((point) => point.x), ...marks.map((mark) => mark.x)],
    [EDGE.left + INSET, SIZE.width - EDGE.right - INSET],
  );
  const up = scaleFor(y, points.flatMap(valuesOf), [SIZE.height - EDGE.bottom, EDGE.top]);
  const drawn = series.map((each, i) =>
    seriesMarkup(each, i, across, up, isShared(series) ? shift(i, series.length) : 0),
  );
  const above = Math.max(SIZE.height, EDGE.top + KEY * series.length + 8);
  const height = above + NOTE * notesOf(marks).length;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="${SIZE.width}" height="${height}" viewBox="0 0 ${SIZE.width} ${height}" role="img" aria-label="${describe(chart)}" font-family="sans-serif"><text class="title" x="${EDGE.left}" y="18" font-size="14" font-weight="bold" fill="${INK}">${title}</text>${axes(chart, across, up)}${drawn}${legend(series)}${marksMarkup(chart, across, above + 8)}</svg>`;
}

/** What is said of the marks, those of a name and a text together. */
function notesOf(marks: Chart['marks']): string[] {
  const places = new Map<string, number[]>();
  for (const { name, text, x } of marks) {
    const said = `${name}: ${text}`;
    places.set(said, [...(places.get(said) ?? []), ...(x > 0 ? [x] : [])]);
  }
  return [...places].map(([said, at]) =>
    at.length === 0 ? said : `${said} at ${at.map(numberText).join(', ')}`,
  );
}

/** True if points stand one upon another unless they are moved apart: of measurements with their intervals, and where none is joined. */
function isShared(series: readonly ChartSeries[]): boolean {
  return series.some(
    ({ scattered = false, points }) => scattered || points.some(({ low }) => low !== undefined),
  );
}

/** Pixels by which a series is moved to a side. */
function shift(place: number, count: number): number {
  return APART * (place - (count - 1) / 2);
}

/** What has no value: a cross at its place on the base, and lines of words from a height on. */
function marksMarkup({ marks }: Chart, across: Scale, from: number): Html {
  const base = SIZE.height - EDGE.bottom;
  const places = [...new Set(marks.map((mark) => mark.x))].filter((at) => at > 0);
  const crosses = places.map(
    (at) =>
      markup`<text x="${round(across(at))}" y="${base - 4}" fill="${BAD}" font-size="13" font-weight="bold" text-anchor="middle">✗</text>`,
  );
  const words = notesOf(marks).map(
    (note, i) =>
      markup`<text x="${EDGE.left}" y="${from + NOTE * i}" fill="${BAD}" font-size="11" font-weight="bold">✗ ${note}</text>`,
  );
  return markup`<g class="corrupted">${crosses}${words}</g>`;
}

function describe({ title, x, y, series }: Chart): string {
  const names = series.filter(({ points }) => points.length > 0).map(({ name }) => name);
  return `${title}: ${y.label} against ${x.label} of ${names.join(', ')}. The table has the numbers.`;
}

function valuesOf({ y, low = y, high = y }: ChartPoint): number[] {
  return [low, y, high];
}

function axes({ x, y }: Chart, across: Scale, up: Scale): Html {
  const [bottom, right] = [SIZE.height - EDGE.bottom, SIZE.width - EDGE.right];
  const upright = across
    .ticks(6)
    .map(
      (tick) =>
        markup`<g class="tick x"><line x1="${round(across(tick))}" x2="${round(across(tick))}" y1="${bottom}" y2="${bottom + 4}" stroke="${GREY}"/><text x="${round(across(tick))}" y="${bottom + 17}" font-size="11" fill="${INK}" text-anchor="middle">${numberText(tick)}</text></g>`,
    );
  const level = up
    .ticks(6)
    .map(
      (tick) =>
        markup`<g class="tick y"><line class="grid" x1="${EDGE.left}" x2="${right}" y1="${round(up(tick))}" y2="${round(up(tick))}" stroke="${GREY}" stroke-opacity="0.25"/><text x="${EDGE.left - 6}" y="${round(up(tick) + 4)}" font-size="11" fill="${INK}" text-anchor="end">${numberText(tick)}</text></g>`,
    );
  return markup`${level}${upright}<line class="base" x1="${EDGE.left}" x2="${right}" y1="${bottom}" y2="${bottom}" stroke="${GREY}"/><text class="axis" x="${(EDGE.left + right) / 2}" y="${SIZE.height - 10}" font-size="12" fill="${INK}" text-anchor="middle">${x.label}</text><text class="axis" transform="translate(14 ${(EDGE.top + bottom) / 2}) rotate(-90)" font-size="12" fill="${INK}" text-anchor="middle">${y.label}</text>`;
}

function seriesMarkup(
  { name, points, scattered = false }: ChartSeries,
  place: number,
  across: Scale,
  up: Scale,
  moved: number,
): Html {
  const colour = COLOURS[place % COLOURS.length];
  const path = line<ChartPoint>(
    ({ x }) => round(across(x)),
    ({ y }) => round(up(y)),
  )(points);
  const intervals = points.flatMap(({ x, low, high }) =>
    low === undefined || high === undefined
      ? []
      : [
          markup`<line class="interval" x1="${round(across(x))}" x2="${round(across(x))}" y1="${round(up(low))}" y2="${round(up(high))}" stroke="${colour}" stroke-width="1.5" stroke-opacity="0.6"/>`,
        ],
  );
  const signs = points.map(({ x, y, low, high }) => {
    const range =
      low === undefined || high === undefined ? '' : `, from ${numberText(low)} to ${numberText(high)}`;
    return markup`<g class="point"><title>${name}: ${numberText(y)} at ${numberText(x)}${range}</title>${signAt(round(across(x)), round(up(y)), place, colour)}</g>`;
  });
  const joined =
    !scattered &&
    path !== null &&
    markup`<path class="line" d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${DASHES[place % DASHES.length]}"/>`;
  return markup`<g class="series" data-name="${name}"${moved !== 0 && markup` transform="translate(${moved})"`}>${intervals}${joined}${signs}</g>`;
}

/** A circle, a square, a triangle or a diamond. */
function signAt(x: number, y: number, place: number, colour: string): Html {
  const shapes = [
    `M${x - 3.5} ${y}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z`,
    `M${x - 3.2} ${y - 3.2}h6.4v6.4h-6.4z`,
    `M${x} ${y - 4.2}l4 7h-8z`,
    `M${x} ${y - 4.4}l4.4 4.4l-4.4 4.4l-4.4 -4.4z`,
  ];
  return markup`<path d="${shapes[place % shapes.length]}" fill="${colour}"/>`;
}

function legend(series: readonly ChartSeries[]): Html {
  const x = SIZE.width - EDGE.right + 12;
  return markup`${series.map(({ name }, i) => {
    const [y, colour] = [EDGE.top + 8 + KEY * i, COLOURS[i % COLOURS.length]];
    const short = name.length > 24 ? `${name.slice(0, 23)}…` : name;
    return markup`<g class="key"><line x1="${x}" x2="${x + 20}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2" stroke-dasharray="${DASHES[i % DASHES.length]}"/>${signAt(x + 10, y, i, colour)}<text x="${x + 25}" y="${y + 4}" font-size="11" fill="${INK}">${short}</text></g>`;
  })}`;
}
