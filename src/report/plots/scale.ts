import type { Axis } from './chart.ts';
import { scaleLinear, scaleLog } from './d3.ts';

/** Where a value stands along an axis, in pixels. */
export interface Scale {
  (value: number): number;
  ticks(count: number): number[];
}

/** Linear scales begin at 0, logarithmic ones at the power of ten below the least value, which leaves out what is not above 0. */
export function scaleFor(
  { log = false, whole = false }: Axis,
  values: readonly number[],
  range: [number, number],
): Scale {
  if (!log) {
    const scale = scaleLinear([0, largest(values) || 1], range).nice();
    return Object.assign((value: number) => scale(value), {
      ticks: (count: number) => scale.ticks(count).filter((tick) => !whole || Number.isInteger(tick)),
    });
  }
  const positive = values.filter((value) => value > 0);
  const [least, most] = positive.length === 0 ? [1, 10] : [Math.min(...positive), largest(positive)];
  const scale = scaleLog([least, most > least ? most : 10 * least], range).nice();
  const [bottom, top] = scale.domain();
  return Object.assign((value: number) => scale(Math.max(value, bottom)), {
    ticks: () => scale.ticks().filter((tick) => isRound(tick, top / bottom)),
  });
}

function largest(values: readonly number[]): number {
  return Math.max(0, ...values);
}

/** Of a scale over many powers of ten these alone have a tick, of one over few also halves and doubles of them. */
function isRound(tick: number, ratio: number): boolean {
  const digits = tick / 10 ** Math.floor(Math.log10(tick) + 1e-9);
  return ratio >= 1000
    ? Math.abs(digits - 1) < 1e-9
    : [1, 2, 5].some((each) => Math.abs(digits - each) < 1e-9);
}

/** Pixels, to a hundredth. */
export function round(pixels: number): number {
  return Math.round(100 * pixels) / 100;
}

/** A number for a tick or a table: short, with the units of thousands as people write them. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(3))} G`;
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))} k`;
  return String(Number(value.toPrecision(3)));
}
