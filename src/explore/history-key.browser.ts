/** A history as it is: a search in a page is short, and keeps them whole. */
export function historyKey(history: string): string {
  return history;
}
