/** A page runs no module of a user's: what it has are the structures of the lab. */
export function ownStructureIn(): null {
  return null;
}
