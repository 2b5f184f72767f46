/** What a page of a user's own code shows, as its link says it. */
export interface CodePlace {
  /** An example by its id; null where there is other code. */
  readonly example: string | null;
  readonly code: string | null;
  /** Seconds that the code may take. */
  readonly seconds: number;
}

export const USUAL_SECONDS = 10;
export const MOST_SECONDS = 60;

/** What stands behind the `#` of a link; anything that is not understood is left out. */
export function codePlaceOf(hash: string): CodePlace {
  const named = new URLSearchParams(hash.replace(/^#/, ''));
  const seconds = Number(named.get('seconds') ?? USUAL_SECONDS);
  return {
    example: named.get('example'),
    code: named.get('code'),
    seconds: isSeconds(seconds) ? seconds : USUAL_SECONDS,
  };
}

export function isSeconds(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= MOST_SECONDS;
}

/** The same as a link. */
export function hashOfCode({ example, code, seconds }: CodePlace): string {
  const named = new URLSearchParams();
  if (example !== null) named.set('example', example);
  if (code !== null) named.set('code', code);
  if (seconds !== USUAL_SECONDS) named.set('seconds', String(seconds));
  return `#${named.toString()}`;
}
