/** What of Node's `util` is used in a page. */

// oxlint-disable-next-line no-control-regex -- colours are control characters
const COLOUR = /\u001b\[[0-9;]*m/g;

/** A text without its colours. */
export function stripVTControlCharacters(text: string): string {
  return text.replaceAll(COLOUR, '');
}
