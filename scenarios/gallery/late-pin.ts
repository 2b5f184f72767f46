import { Epochs } from '../../src/kernel/schemes/epochs.ts';

/** Epochs, but an operation reads where its structure begins and pins only then: what it has read may be free before the pin is seen. */
export class LatePin extends Epochs {
  static override readonly NUMBER: number = 0;
  static override readonly ID: string = 'late-pin';
  static override readonly TITLE: string = 'epochs, pinned late';
  static override readonly IDEA: string = 'A thread reads a root, and then pins the epoch.';

  #isPinned = false;

  override enter(): void {
    this.#isPinned = false;
  }

  override protect(step: number, k: number, source: number): number {
    const word = super.protect(step, k, source);
    if (!this.#isPinned) super.enter();
    this.#isPinned = true;
    return word;
  }

  override leave(): void {
    if (this.#isPinned) super.leave();
    this.#isPinned = false;
  }
}
