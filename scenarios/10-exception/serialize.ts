/**
 * Stands for the user's code that turns a value into what is stored, and throws on some: here on C.
 *
 * @throws TypeError on a value that cannot be stored
 */
export function serialize(value: number): number {
  if (value === 'C'.codePointAt(0)) throw new TypeError('C has a reference to itself and cannot be stored');
  return value;
}
