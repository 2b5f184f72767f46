import { R_ANNOUNCE } from '../../src/kernel/layout.ts';
import { comesOutside } from '../../src/kernel/limbo.ts';
import { Epochs, P4 } from '../../src/kernel/schemes/epochs.ts';

/** Epochs that unpin at the end of every operation, of an inner one as well. They claim what epochs claim, and break the claim. */
// oxlint-disable-next-line import/no-default-export -- the module of a scheme is chosen by its path
export default class FlatEpochs extends Epochs {
  static override readonly NUMBER: i32 = 0;
  static override readonly ID: string = 'flat-epochs';
  static override readonly TITLE: string = 'epochs that count no operations';
  static override readonly IDEA: string =
    'A thread pins the epoch while it follows links, and unpins as soon as any operation of its own ends.';
  static override readonly PAPER: string = 'Fraser 2004, without the count of nested operations';

  override leave(): void {
    comesOutside(this);
    this.memory.store(P4, this.record.base + R_ANNOUNCE, 0);
  }
}
