import { createHash } from 'node:crypto';

/** A history by 72 bits of a hash: of a billion different ones two are alike with a chance of one in ten thousand. */
export function historyKey(history: string): string {
  return createHash('sha256').update(history).digest('base64url').slice(0, 12);
}
