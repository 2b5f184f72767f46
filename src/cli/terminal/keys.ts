import { createReadStream } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';

/** The number of standard input. */
const STDIN = 0;
/** What a key such as an arrow sends: it is no letter, and means nothing here. */
// oxlint-disable-next-line no-control-regex -- keys are control characters
const SEQUENCE = /\u001b(?:[[O][0-9;]*[A-Za-z~])?/g;
/** What Ctrl-C and Ctrl-D send to a program that reads each key by itself. */
const INTERRUPT = new Set(['\u0003', '\u0004']);

/** True if somebody sits at a keyboard. */
export function hasKeyboard(): boolean {
  return isatty(STDIN);
}

/**
 * Each key as it is pressed, until Ctrl-C, Ctrl-D or the end of a pipe. A command runs in a thread of its own, where `process.stdin` is
 * not the terminal; so the terminal is opened here, and is as it was when the caller has read enough.
 */
export async function* keysPressed(signal: AbortSignal): AsyncGenerator<string, void, void> {
  const stream = isatty(STDIN)
    ? new ReadStream(STDIN)
    : createReadStream('', { fd: STDIN, autoClose: false });
  const end = (): void => void stream.destroy();
  signal.addEventListener('abort', end);
  try {
    if (stream instanceof ReadStream) stream.setRawMode(true);
    stream.setEncoding('utf8');
    for await (const chunk of stream) {
      for (const key of String(chunk).replaceAll(SEQUENCE, '')) {
        if (INTERRUPT.has(key)) return;
        yield key;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    if (stream instanceof ReadStream && !stream.destroyed) stream.setRawMode(false);
    stream.destroy();
  }
}
