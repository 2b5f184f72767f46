/**
 * A count with commas between thousands: `65,535`. It is for what text says of how many there are. Names that happen to be numbers stay
 * as they are, so that they can be typed and searched for: slots, steps, epochs, seeds, addresses, and what an option takes.
 */
export function withCommas(count: number | bigint): string {
  return count.toLocaleString('en-US');
}

/** A word in the number that a count asks for: `slot`, `slots`. */
export function plural(count: number | bigint, one: string, more: string = `${one}s`): string {
  return count === 1 || count === 1n ? one : more;
}

/** A count with what is counted: `1 slot`, `65,535 slots`. */
export function counted(count: number | bigint, one: string, more?: string): string {
  return `${withCommas(count)} ${plural(count, one, more)}`;
}
