import leven from 'leven';

/** ` (did you mean "…"?)` if one of the known words is close to the one given, else nothing. */
export function closest(word: string, known: readonly string[]): string {
  const ranked = known
    .map((candidate) => ({ candidate, far: leven(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.far - b.far);
  const best = ranked[0];
  // A guess that shares no letter with the word is of no use.
  return best && best.far < word.length && best.far <= Math.max(2, Math.floor(best.candidate.length / 3))
    ? ` (did you mean "${best.candidate}"?)`
    : '';
}
