import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';

/** What a stream of the process is, for a thread that has none of its own. */
export interface StreamFacts {
  readonly fd: number;
  readonly isTTY: boolean;
  /** Of a terminal. */
  readonly columns: number | undefined;
}

const asleep = new Int32Array(new SharedArrayBuffer(4));
const RETRY_MS = 2;

/**
 * A stream of the process for the thread of a command: it writes at once, so that what was printed is out whatever becomes of the
 * thread.
 */
export class Output extends Writable {
  readonly fd: number;
  readonly isTTY: boolean;
  readonly columns: number | undefined;

  constructor({ fd, isTTY, columns }: StreamFacts) {
    super({ decodeStrings: true });
    this.fd = fd;
    this.isTTY = isTTY;
    this.columns = columns;
  }

  /** As of a terminal: it looks at the environment only. */
  getColorDepth(env?: object): number {
    return WriteStream.prototype.getColorDepth.call(this as unknown as WriteStream, env);
  }

  hasColors(...given: Parameters<WriteStream['hasColors']>): boolean {
    return WriteStream.prototype.hasColors.apply(this as unknown as WriteStream, given);
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    try {
      for (let written = 0; written < chunk.length;) written += this.#some(chunk, written);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  /** A pipe that is full and does not block is tried again. */
  #some(chunk: Buffer, from: number): number {
    try {
      return writeSync(this.fd, chunk, from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(asleep, 0, 0, RETRY_MS);
      return 0;
    }
  }
}
