import type { Cell } from '../bench/cell.ts';
import type { Stall } from '../bench/stall.ts';
import { bar, conditionsText, duration, rate, sparkline } from './bench-figures.ts';
import { padLeft, table } from './columns.ts';
import type { Style } from './style.ts';

const LINE = 16;

/** Unreclaimed slots against a scheme's parameter, with the bound beside what was measured. */
export function memoryText(sweep: readonly Cell[], style: Style): string {
  const heads = [
    'unreclaimed slots',
    'mean',
    'a thread has',
    'p99',
    'peak',
    'bound',
    'age',
    'Mops/s',
    'over time',
  ];
  const rows = sweep.map((cell) => {
    const { scheme, unreclaimed, mopsMedian } = cell;
    if (unreclaimed === null) return [scheme, '', '', '', '', '', '', rate(mopsMedian), ''];
    const { mean, p99, peak, bound, ageNs, series } = unreclaimed;
    return [
      style.accent(scheme),
      padLeft(mean.toFixed(mean < 10 ? 1 : 0), 4),
      shareOfKnob(cell),
      padLeft(String(p99), 5),
      padLeft(String(peak), 5),
      padLeft(bound === null ? 'none' : String(bound), 5),
      ageNs === null ? 'never' : padLeft(duration(ageNs), 5),
      padLeft(rate(mopsMedian), 6),
      sparkline(series, LINE, style),
    ];
  });
  return [
    style.heading(`Memory: ${conditionsText(sweep[0])}`),
    ...table([heads.map((head) => style.faint(head)), ...rows]),
  ].join('\n');
}

/** "Your average is half the threshold": what the mean is of the parameter that was swept, for each thread. */
function shareOfKnob({ scheme, threads, unreclaimed }: Cell): string {
  const knob = /:(threshold|period)=(\d+)$/.exec(scheme);
  if (!knob || unreclaimed === null) return '';
  return `${(unreclaimed.mean / threads / Number(knob[2])).toFixed(2)} of ${knob[1]}`;
}

/** What stalled threads do to the garbage, held against the claims. */
export function stallText(stalls: readonly Stall[], style: Style): string {
  const heads = ['stalled threads', 'at', 'per 1000', '', 'peak', 'seen', 'claimed', 'verdict'];
  const rows = stalls.map(
    ({ scheme, threads, stalled, step, slopePerThousand, peak, seen, claimed, verdict }) => [
      `${style.accent(scheme)}, ${stalled} of ${threads}`,
      step,
      padLeft(slopePerThousand.toFixed(1), 6),
      bar(slopePerThousand / MOST_SLOPE, LINE, style),
      padLeft(String(peak), 5),
      seen,
      claimed,
      verdict === 'broken' ? style.damage('BROKEN') : style.ok('as claimed'),
    ],
  );
  return [
    style.heading('Stalls: growth of unreclaimed slots with 1000 operations of the others'),
    ...table([heads.map((head) => style.faint(head)), ...rows]),
  ].join('\n');
}

/** Every second operation retires a slot. */
const MOST_SLOPE = 500;
