import { Random } from '../random.ts';

/** Figures about samples. None of them changes or reorders what it is given. */

function sorted(samples: readonly number[]): number[] {
  return samples.toSorted((a, b) => a - b);
}

/** The q-quantile, interpolated between neighbours (type 7 of Hyndman and Fan 1996); NaN for no samples. */
export function quantile(samples: readonly number[], q: number): number {
  const order = sorted(samples);
  const place = (order.length - 1) * q;
  const below = order[Math.floor(place)] ?? NaN;
  const above = order[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** The least of some samples, the middle one, and the upper quartile. */
export function spreadOf(samples: readonly number[]): {
  readonly least: number;
  readonly median: number;
  readonly upper: number;
} {
  return { least: Math.min(...samples), median: median(samples), upper: quantile(samples, 0.75) };
}

export function mean(samples: readonly number[]): number {
  return samples.reduce((sum, each) => sum + each, 0) / samples.length;
}

/** The coefficient of variation: standard deviation of the sample over its mean. Infinite for fewer than 2 samples. */
export function variation(samples: readonly number[]): number {
  if (samples.length < 2) return Infinity;
  const middle = mean(samples);
  const squares = samples.reduce((sum, each) => sum + (each - middle) ** 2, 0);
  return Math.sqrt(squares / (samples.length - 1)) / middle;
}

/** The samples that lie more than 1.5 interquartile ranges outside the quartiles (Tukey 1977). */
export function outliers(samples: readonly number[]): number[] {
  const [low, high] = [quantile(samples, 0.25), quantile(samples, 0.75)];
  const reach = 1.5 * (high - low);
  return samples.filter((each) => each < low - reach || each > high + reach);
}

/** The least-squares slope of y over x; 0 if all x are the same. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const middleX = mean(points.map(([x]) => x));
  const middleY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
  const common = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0);
  return spread === 0 ? 0 : common / spread;
}

/**
 * The two-sided p of the test of Mann and Whitney (1947): how likely samples from one distribution would be at least as far apart as
 * these in their ranks. Exact for up to 400 pairs without ties, by the normal approximation with the correction for ties beyond that.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 1;
  let u = 0;
  for (const x of a) for (const y of b) u += x > y ? 1 : Number(x === y) / 2;
  const pairs = a.length * b.length;
  const least = Math.min(u, pairs - u);
  const ties = tieSizes([...a, ...b]);
  if (ties.length === 0 && pairs <= 400) return Math.min(1, 2 * exactTail(a.length, b.length, least));
  const n = a.length + b.length;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const deviation = Math.sqrt((pairs / 12) * (n + 1 - tied / (n * (n - 1))));
  if (deviation === 0) return 1;
  return Math.min(1, 2 * normalTail((pairs / 2 - least - 0.5) / deviation));
}

function tieSizes(samples: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const each of samples) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts.values()].filter((size) => size > 1);
}

/** The probability that U is at most `most`, from the number of ways in which n and m samples can be interleaved with each U. */
function exactTail(n: number, m: number, most: number): number {
  // ways[i][u]: arrangements of i samples of the one and j of the other, j growing in the outer loop.
  let ways = Array.from({ length: n + 1 }, () => [1]);
  for (let j = 1; j <= m; j++) {
    const next: number[][] = [[1]];
    for (let i = 1; i <= n; i++) {
      // The largest is one of the first kind, which is above all j of the other, or one of the other kind.
      const length = i * j + 1;
      next.push(Array.from({ length }, (_, u) => (next[i - 1][u - j] ?? 0) + (ways[i][u] ?? 0)));
    }
    ways = next;
  }
  const all = ways[n].reduce((sum, each) => sum + each, 0);
  return ways[n].slice(0, Math.floor(most) + 1).reduce((sum, each) => sum + each, 0) / all;
}

/** The upper tail of the normal distribution (Abramowitz and Stegun 1964, 26.2.17; error below 1e-7). */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const weights = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153];
  const series = weights.reduce((sum, weight) => (sum + weight) * t, 0);
  return (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

const RESAMPLES = 2000;

/** A 95 % confidence interval of the ratio of medians, b to a, by the bootstrap (Efron 1979, percentiles). */
export function ratioInterval(
  a: readonly number[],
  b: readonly number[],
  seed: number,
): readonly [low: number, high: number] {
  const random = new Random(seed);
  const again = (samples: readonly number[]): number[] =>
    samples.map(() => samples[random.below(samples.length)]);
  const ratios = Array.from({ length: RESAMPLES }, () => median(again(b)) / median(again(a)));
  return [quantile(ratios, 0.025), quantile(ratios, 0.975)];
}
