/** Nanoseconds of a clock that all threads of the process share. */
export function nanoseconds(): number {
  const [seconds, rest] = process.hrtime();
  return seconds * 1e9 + rest;
}
