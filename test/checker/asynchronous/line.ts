import { checkAsync, type Shared, type Thread } from '../../../src/checker/index.ts';

const words = { flag: 0 };
const ports = { line: [1, 2] } as const;

/** Threads over a word, with a pair of ports between the first two. */
export type Words = Shared<typeof words>;
export type Line = Thread<number, 'line'>;
type Body = (shared: Words, thread: Line) => unknown;

/** All that the threads of a check return, each time as text. */
export async function results(threads: readonly Body[]): Promise<string[]> {
  const seen = new Set<string>();
  await checkAsync({ words, ports, threads, finally: (_, all) => void seen.add(JSON.stringify(all)) });
  return [...seen].toSorted();
}

/** A thread that sends these messages. */
export function sends(...messages: unknown[]): Body {
  return (_, thread) => {
    for (const each of messages) thread.ports.line.postMessage(each);
  };
}
