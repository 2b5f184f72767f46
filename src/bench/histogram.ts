/**
 * Counts of whole numbers from 0 to 2^31 - 1 in shared memory, in buckets that grow with the value: one for each number below 64, and
 * 64 for each power of two from there, so that a bucket is at most 1/64 as wide as the numbers in it.
 *
 *     0 1 2 … 63 │ 64 … 127, each alone │ 128 … 255 by twos │ 256 … 511 by fours │ …
 *
 * One thread writes with plain writes; others read when it is at rest.
 */
const BITS = 6;
const SUB = 1 << BITS;
const BUCKETS = (31 - BITS + 1) << BITS;

/** The largest number recorded so far is in the first word, exactly; the buckets follow. */
const MAX = 0;
const FIRST = 1;
export const HISTOGRAM_WORDS: number = FIRST + BUCKETS;

/** The bucket of a number. */
export function bucketOf(value: number): number {
  if (value < SUB) return value;
  const shift = 31 - Math.clz32(value) - BITS;
  return (shift << BITS) + (value >> shift);
}

/** The largest number in a bucket. */
export function highestIn(bucket: number): number {
  if (bucket < SUB) return bucket;
  const shift = (bucket >> BITS) - 1;
  return ((bucket & (SUB - 1)) + SUB + 1) * 2 ** shift - 1;
}

/** Points of a complementary cumulative curve: for a value, the share of the numbers that were larger; from left to right. */
export type Tail = readonly (readonly [value: number, share: number])[];

/** Numbers up to a value, and how many of them are above the value before it. */
export type Buckets = readonly (readonly [value: number, count: number])[];

/** From one point of a curve to the next the share becomes at least so many times smaller: ten points for each power of ten. */
const NARROWER = 10 ** -0.1;

/** A histogram over `HISTOGRAM_WORDS` words, all 0 at first. */
export class Histogram {
  readonly words: Int32Array;

  constructor(words: Int32Array) {
    this.words = words;
  }

  /** Counts a number; what is larger than 2^31 - 1 is counted as that, and what is negative as 0. */
  record(value: number): void {
    const whole = Math.max(0, Math.min(value, 0x7fffffff)) | 0;
    if (whole > this.words[MAX]) this.words[MAX] = whole;
    this.words[FIRST + bucketOf(whole)]++;
  }

  /** How many numbers were counted. */
  get count(): number {
    let sum = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) sum += this.words[FIRST + bucket] >>> 0;
    return sum;
  }

  /** Their mean, at most 1/64 too large. */
  get mean(): number {
    let sum = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      sum += (this.words[FIRST + bucket] >>> 0) * Math.min(highestIn(bucket), this.max);
    return sum / this.count;
  }

  /** The largest of them, exactly. */
  get max(): number {
    return this.words[MAX];
  }

  /** The number at rank ceil(q * count), rounded up within its bucket, so it is at most 1/64 too large; 0 if nothing was counted. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.words[FIRST + bucket] >>> 0;
      if (seen >= rank) return Math.min(highestIn(bucket), this.max);
    }
    return 0;
  }

  /** How large a share of the numbers is larger than which, as far as there are any; without points if nothing was counted. */
  tail(): Tail {
    const { count } = this;
    const points: [number, number][] = [];
    let [left, least] = [count, count];
    for (let bucket = 0; bucket < BUCKETS && left > 0; bucket++) {
      const own = this.words[FIRST + bucket] >>> 0;
      left -= own;
      if (own === 0 || left === 0 || left > least) continue;
      points.push([highestIn(bucket), left / count]);
      least = left * NARROWER;
    }
    return points;
  }

  /** The buckets that have counted anything, from small to large: the largest number of each, and how many were in it. */
  buckets(): Buckets {
    const found: [number, number][] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const own = this.words[FIRST + bucket] >>> 0;
      if (own > 0) found.push([Math.min(highestIn(bucket), this.max), own]);
    }
    return found;
  }

  /** Adds what another one has counted. */
  merge(other: Histogram): void {
    this.words[MAX] = Math.max(this.max, other.max);
    for (let i = FIRST; i < HISTOGRAM_WORDS; i++) this.words[i] += other.words[i];
  }
}
