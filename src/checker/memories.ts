import type { Request } from '../model/request.ts';
import type { Happening } from '../model/thread-state.ts';
import type { WordLayout } from './word-layout.ts';
import { showStep } from './step-text.ts';

/** What each thread has last seen of each word, and who has written it since: for notes on writes that go by what is no longer so. */
export class Memories {
  readonly #layout: WordLayout;
  /** By thread and word the step at which the thread last saw it. */
  readonly #seen: Map<number, number>[];
  /** By word its writes: by whom and at which step. */
  readonly #writes = new Map<number, { thread: number; step: number }[]>();
  /** By word the last step at which it was notified and nobody slept. */
  readonly #unheard = new Map<number, { thread: number; step: number }>();

  constructor(layout: WordLayout, threads: number) {
    this.#layout = layout;
    this.#seen = Array.from({ length: threads }, () => new Map<number, number>());
  }

  /** A plain read that is no step, before a step that has yet to come. */
  read(thread: number, address: number, step: number): void {
    this.#seen[thread].set(address, step);
  }

  /** Takes note of a step, and says what is remarkable about it. */
  step(happening: Happening, step: number): string[] {
    const { thread, from, before } = happening;
    const request = from.next as Request;
    const { address, wrote } = showStep(this.#layout, request, before);
    if (address === null) return [];
    const notes: string[] = [];
    if (request.access === 'notify' && before === 0) this.#unheard.set(address, { thread, step });
    if (request.access === 'wait' && before === request.first) notes.push(...this.#missed(thread, address));
    if (wrote) notes.push(...this.#overwrites(thread, address, request, before));
    // What it stores itself without a look tells it nothing.
    if (request.access === 'store' || request.access === 'write') this.#seen[thread].delete(address);
    else if (request.access !== 'notify') this.#seen[thread].set(address, step);
    if (wrote) this.#writes.set(address, [...(this.#writes.get(address) ?? []), { thread, step }]);
    return notes;
  }

  /** A write that takes back what others wrote since the thread looked, or a compare-and-swap that did not notice. */
  #overwrites(thread: number, address: number, { access }: Request, before: number): string[] {
    const seen = this.#seen[thread].get(address);
    if (seen === undefined || (access !== 'store' && access !== 'write' && access !== 'cas')) return [];
    const since = (this.#writes.get(address) ?? []).filter(
      (write) => write.step > seen && write.thread !== thread,
    );
    if (since.length === 0) return [];
    const name = this.#layout.nameOf(address);
    const who = since.map((write) => `T${write.thread + 1} at step ${write.step}`).join(', ');
    return access === 'cas'
      ? [
          `${name} is ${this.#layout.show(address, before)} as it was at step ${seen}, but was written since by ${who}.`,
        ]
      : [`It overwrites what was written since T${thread + 1} saw ${name} at step ${seen}: by ${who}.`];
  }

  #missed(thread: number, address: number): string[] {
    const unheard = this.#unheard.get(address);
    if (!unheard || unheard.thread === thread) return [];
    return [
      `T${unheard.thread + 1} notified ${this.#layout.nameOf(address)} at step ${unheard.step}, when nobody slept yet.`,
    ];
  }
}
