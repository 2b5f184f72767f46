import { counted } from '../../counted.ts';
import { type Html, markup } from '../../markup.ts';
import type { RunView, StepView, WordOfView } from './run-view.ts';

/** A step is so wide; the names stand in the margin. */
const STEP = 25;
const MARGIN = 18;
/** The names stand beside the picture, so that they stay where it is scrolled: in so much room at least, and so much for a letter. */
const NAMES = 62;
const LETTER = 7.3;
const LANE = 64;
const WAVE = 26;
const TOP = 20;

/** Which steps are drawn, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** As many steps are drawn at once. */
const MOST = 120;

/** The steps that a picture shows around a step, or all where there is room for `most`. */
export function spanAround(view: Pick<RunView, 'steps'>, step: number, most: number = MOST): Span {
  const last = Math.max(1, view.steps.length);
  if (last <= most) return { from: 1, to: last };
  const from = Math.max(1, Math.min(step - most / 2, last - most + 1));
  return { from, to: from + most - 1 };
}

/** Where a step stands. */
export function xOfStep(step: number, { from }: Span): number {
  return MARGIN + (step - from + 0.5) * STEP;
}

type Shown = Pick<RunView, 'steps' | 'operations' | 'words' | 'threads' | 'damage'>;

/**
 * Space against time: a lane for each thread, with its operations as bars, a bracket from each read to the compare-and-swap that it feeds, and
 * a ring where an operation takes effect; below them each shared word with what it held.
 */
export function lanesPicture(view: Shown, span: Span): Html {
  const threads = view.threads.length;
  const wavesTop = TOP + threads * LANE + 8;
  const height = wavesTop + view.words.length * WAVE + 4;
  const width = xOfStep(span.to, span) + STEP;
  const marks = damageMarks(view, span, height);
  const lanes = view.threads.map((_, i) => lane(view, i + 1, span, TOP + i * LANE));
  const waves = view.words.map(
    (word, i) => markup`<g data-word="${i}">${wave(word, span, wavesTop + i * WAVE, width)}</g>`,
  );
  const names = [
    ...view.threads.map((_, i): [string, number] => [`T${i + 1}`, TOP + i * LANE + 34]),
    ...view.words.map(({ name }, i): [string, number] => [name, wavesTop + i * WAVE + 15]),
  ].map(([name, y]) => markup`<text class="name" x="8" y="${y}">${name}</text>`);
  const room = Math.max(NAMES, ...view.words.map(({ name }) => 14 + LETTER * name.length));
  return markup`<div class="wide"><svg class="names" width="${room}" height="${height}" aria-hidden="true">${names}</svg><svg class="lanes" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${describe(view, span)}">${marks}${lanes}${waves}<line class="now" x1="-9" x2="-9" y1="0" y2="${height}"/></svg></div>`;
}

function describe({ threads, words }: Shown, { from, to }: Span): string {
  return `Steps ${from} to ${to} of ${threads.length} threads, and what ${counted(words.length, 'shared word')} held meanwhile. The table of steps says the same in words.`;
}

function isWithin(step: number, { from, to }: Span): boolean {
  return step >= from && step <= to;
}

function damageMarks({ damage }: Shown, span: Span, height: number): Html {
  const mark = (step: number | null, kind: string, sign: string): Html | null => {
    if (step === null || !isWithin(step, span)) return null;
    const x = xOfStep(step, span);
    return markup`<rect class="${kind}" x="${x - STEP / 2}" y="0" width="${STEP}" height="${height}"/><text class="sign" x="${x}" y="11">${sign}</text>`;
  };
  return markup`${mark(damage?.since ?? null, 'cause', '*')}${mark(damage?.step ?? null, 'harm', '!')}`;
}

function lane(view: Shown, thread: number, span: Span, y: number): Html {
  const middle = y + 30;
  const own = view.operations.filter((each) => each.thread === thread);
  const bars = own.flatMap(({ name, first, last, answer }) => {
    const [begin, end] = [Math.max(first, span.from), Math.min(last ?? view.steps.length, span.to)];
    if (begin > end) return [];
    const x = xOfStep(begin, span) - STEP / 2 + 2;
    const width = xOfStep(end, span) + STEP / 2 - 2 - x;
    const told = last === null ? `${name} …` : `${name} ⇒ ${answer}`;
    const fits = told.length * 6.2 < width ? told : name;
    return [
      markup`<g><title>${told}</title><rect class="operation" x="${x}" y="${middle - 9}" width="${width}" height="18" rx="9"/><text class="call" x="${x + 3}" y="${middle + 27}">${fits.length * 6.2 < width + 2 * STEP ? fits : ''}</text></g>`,
    ];
  });
  const steps = view.steps.slice(span.from - 1, span.to);
  const drawn = steps.flatMap((step, i) =>
    step.thread === thread ? [stepMark(step, span.from + i, span, middle)] : [],
  );
  return markup`<line class="rail" x1="${MARGIN - 14}" x2="${xOfStep(span.to, span) + STEP / 2}" y1="${middle}" y2="${middle}"/>${bars}${drawn}`;
}

function stepMark({ label, kind, ok, effect, from }: StepView, step: number, span: Span, y: number): Html {
  const x = xOfStep(step, span);
  const shape = ((): Html => {
    if (ok === false) return markup`<path class="no" d="M${x - 5} ${y - 5}l10 10m0 -10l-10 10"/>`;
    if (kind === 'cas') return markup`<rect class="cas" x="${x - 5}" y="${y - 5}" width="10" height="10"/>`;
    if (kind === 'write') return markup`<rect class="write" x="${x - 4}" y="${y - 4}" width="8" height="8"/>`;
    return markup`<circle class="${kind}" cx="${x}" cy="${y}" r="3.5"/>`;
  })();
  const ring = effect && markup`<circle class="effect" cx="${x}" cy="${y}" r="9"/>`;
  const start = from >= span.from ? xOfStep(from, span) : MARGIN;
  const rise = Math.min(26, 8 + (x - start) / 12);
  const bracket =
    from > 0 &&
    kind === 'cas' &&
    markup`<path class="bracket${ok === false ? ' no' : ''}" d="M${start} ${y - 7}V${y - rise}H${x}V${y - 8}"/>`;
  return markup`<g data-step="${step}">${bracket}${ring}${shape}<text class="label" x="${x}" y="${y + 16}">${label}</text></g>`;
}

function wave({ name, holds }: WordOfView, span: Span, y: number, width: number): Html {
  const boxes = holds.flatMap(([step, text], i) => {
    const until = holds[i + 1]?.[0] ?? Infinity;
    if (until <= span.from - 1 || step > span.to) return [];
    const x = step < span.from ? MARGIN - 14 : xOfStep(step, span);
    const end = until > span.to ? width - STEP / 2 : xOfStep(until, span);
    if (end <= x) return [];
    const slot = Number(/^\d+/.exec(text)?.[0] ?? 0);
    return [
      markup`<g><title>${name} = ${text} since step ${step}</title><path class="wave w${slot % 7}" d="M${x + 3} ${y + 2}H${end - 3}l3 9l-3 9H${x + 3}l-3 -9z"/>${
        end - x > 7 * text.length && markup`<text class="value" x="${x + 6}" y="${y + 15}">${text}</text>`
      }</g>`,
    ];
  });
  return markup`${boxes}`;
}
