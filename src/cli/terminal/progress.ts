import { truncate } from '../../report/text/columns.ts';
import { visible } from '../../visible.ts';

/** How far long work has come, for somebody who is watching. */
export interface Progress {
  /** Replaces the line. */
  show(text: string): void;
  /** Takes the line away; before anything else is written, and at the end. */
  clear(): void;
}

const silent: Progress = { show: () => undefined, clear: () => undefined };

const LINE_START = '\r\u001b[2K';

/** A line on a terminal that is written again and again; on anything else, and for `--json`, nothing. */
export function progressOn(stream: NodeJS.WriteStream, { json }: { json: boolean }): Progress {
  if (!stream.isTTY || json) return silent;
  let shown = '';
  return {
    show(text) {
      const line = truncate(visible(text), Math.max(1, stream.columns - 1));
      if (line === shown) return;
      shown = line;
      stream.write(LINE_START + line);
    },
    clear() {
      if (shown === '') return;
      shown = '';
      stream.write(LINE_START);
    },
  };
}
