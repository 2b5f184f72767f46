import { Epochs } from '../../../dist/src/kernel/schemes/epochs.js';

/** Epochs that claim to survive a stalled or dead thread, with little garbage. */
// oxlint-disable-next-line import/no-default-export -- that is where a scheme of one's own is looked for
export default class BoastfulEpochs extends Epochs {
  static ID = 'boastful-epochs';
  static SURVIVES_STALL = true;
  static SURVIVES_DEATH = true;
  static bound() {
    return 48;
  }
}
