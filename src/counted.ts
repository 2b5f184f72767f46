// `toLocaleString` and `Intl.ListFormat` would say the same as what is below. They load the tables of all languages, which takes a tenth of a command.

/**
 * A count with commas between thousands: `65,535`. It is for what text says of how many there are. Names that happen to be numbers stay
 * as they are, so that they can be typed and searched for: slots, steps, epochs, seeds, addresses, and what an option takes.
 */
export function withCommas(count: number | bigint): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A word in the number that a count asks for: `slot`, `slots`. */
export function plural(count: number | bigint, one: string, more: string = `${one}s`): string {
  return count === 1 || count === 1n ? one : more;
}

/** A count with what is counted: `1 slot`, `65,535 slots`. */
export function counted(count: number | bigint, one: string, more?: string): string {
  return `${withCommas(count)} ${plural(count, one, more)}`;
}

/** `A, B and C`, or the first few `and 995 others`. */
export function listed(names: readonly string[], most = 6): string {
  if (names.length > most)
    return listed([...names.slice(0, most - 1), `${withCommas(names.length - most + 1)} others`], most);
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
