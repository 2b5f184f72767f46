/** Nothing to try: a page runs no code of the user's own as a part of the kernel. */
export async function tryOut(_what: string, _url: string): Promise<void> {}

/** Never, for the same reason. */
export function isTryingOut(): boolean {
  return false;
}
