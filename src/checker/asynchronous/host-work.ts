import type { ThreadWords } from '../thread-words.ts';
import { nodeModule } from '../node-module.ts';
import { beyond } from './refusals.ts';

const host = nodeModule('process');

/** What keeps the process's own event loop busy, by kinds. */
function resources(): string[] {
  return host?.getActiveResourcesInfo?.() ?? [];
}

let before: readonly string[] = [];

/** From here on, what the process comes to work on is the doing of modelled threads. */
export function noteHostWork(): void {
  before = resources();
}

/**
 * A thread that awaits what nothing in the model is left to bring may await work of the process itself, which goes on outside the model:
 * it is refused, by name.
 */
export function assertNoHostWork(words: ThreadWords): void {
  const left = [...before];
  for (const each of resources()) {
    const at = left.indexOf(each);
    if (at < 0)
      words.refuse(
        beyond(
          words.number,
          `work of the process (${each}), such as files, the network or another worker`,
          'let it be given what that would bring, or let thread.choose say which of it comes',
        ),
      );
    left.splice(at, 1);
  }
}
