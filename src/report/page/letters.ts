/**
 * Bytes as printable letters that need no escape in a script element and in JSON, 13 bits in two of 91 letters, up to 6 that are left in
 * one: eight percent fewer than base64 has. The letters are `#` to `~` without `<` and the backslash, and `!`.
 */
export function toLetters(bytes: Uint8Array): string {
  let [text, bits, count] = ['', 0, 0];
  const put = (): void => {
    const value = bits & 0x1fff;
    text += String.fromCharCode(codeOf(value % 91));
    if (count > 6) text += String.fromCharCode(codeOf(Math.floor(value / 91)));
    bits >>>= 13;
    count -= 13;
  };
  for (const byte of bytes) {
    bits |= byte << count;
    count += 8;
    if (count >= 13) put();
  }
  if (count > 0) put();
  return text;
}

function codeOf(value: number): number {
  if (value === 90) return 33;
  return value + 35 + Number(value >= 25) + Number(value >= 56);
}

/** The bytes that `toLetters` made letters of. */
export function fromLetters(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((13 * (text.length >> 1) + 6 * (text.length & 1)) >> 3);
  let [bits, count, at] = [0, 0, 0];
  const valueAt = (place: number): number => {
    const code = text.charCodeAt(place);
    return code === 33 ? 90 : code - 35 - Number(code > 60) - Number(code > 92);
  };
  for (let i = 0; i < text.length; i += 2) {
    const rest = i + 1 < text.length ? 91 * valueAt(i + 1) : 0;
    bits |= (valueAt(i) + rest) << count;
    count += 13;
    for (; count >= 8 && at < bytes.length; count -= 8) {
      bytes[at++] = bits & 0xff;
      bits >>>= 8;
    }
  }
  return bytes;
}
