import * as library from '../../../checker/index.ts';
import { counted } from '../../../counted.ts';
import type { CodeMessage } from './code-run.ts';
import { codeScript, prepared } from './code-text.ts';

/** What the library gives by name to code that imports it. */
const NAMES = Object.keys(library);

/** A search ends before the time of the code is over, so that what it found can be made short and told. */
const TELLING_SECONDS = 5;

/** A user's code in a worker of the page, which is ended when its time is over. */
export class CodeWorker {
  readonly #hear: (message: CodeMessage) => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #worker: Worker | null = null;

  /**
   * Starts the code.
   *
   * @param seconds after which it is ended
   * @param hear is told what it says and what its checks find, and `ended` last
   */
  constructor(code: string, seconds: number, hear: (message: CodeMessage) => void) {
    this.#hear = hear;
    const ready = prepared(code, NAMES);
    if ('complaint' in ready) {
      this.#complain(ready.complaint, ready.line);
      return;
    }
    const searching = Math.max(seconds / 2, seconds - TELLING_SECONDS);
    const own = document.querySelector('script.unpacked')?.textContent ?? '';
    const script = codeScript(own, ready.text, searching);
    const before = own.trimEnd().split('\n').length;
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<CodeMessage>) => {
      hear(data);
      if (data.kind === 'ended') this.end();
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#complain(...errorText(event, before, code.split('\n').length));
    });
    this.#timer = setTimeout(() => {
      this.#complain(
        `The code did not come to its end within ${counted(seconds, 'second')}, and was ended: a loop in it may not end, or its checks are too large. Make them smaller, or give it more time.`,
        null,
      );
    }, 1000 * seconds);
  }

  /** Ends the code, if it is not at its end. */
  end(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
  }

  #complain(text: string, line: number | null): void {
    this.end();
    // The caller has this object before it hears anything of it.
    queueMicrotask(() => {
      this.#hear({ kind: 'complaint', isOurs: false, text, line });
      this.#hear({ kind: 'ended' });
    });
  }
}

/** What a browser says of code that it cannot run, and the line. */
function errorText(
  { message, lineno }: ErrorEvent,
  before: number,
  lines: number,
): [text: string, line: number | null] {
  const said = (message ?? '').replace(/^Uncaught /, '') || 'the browser does not say why';
  const line = lineno - before;
  if (!(line >= 1)) return [`The code cannot be run: ${said}`, null];
  if (line > lines)
    return [`The code ends before it is whole, so that a bracket or a quote may be missing: ${said}`, lines];
  return [said, line];
}
