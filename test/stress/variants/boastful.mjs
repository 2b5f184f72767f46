// Schemes that promise more than they keep, chosen by the URL: `boastful.mjs?scheme=epochs`.
import { ABA_IMPOSSIBLE } from '../../../dist/src/kernel/scheme.js';
import { Epochs } from '../../../dist/src/kernel/schemes/epochs.js';
import { Naive } from '../../../dist/src/kernel/schemes/naive.js';

const boasts = {
  /** Epochs that claim to survive a stalled or dead thread, with little garbage. */
  epochs: class extends Epochs {
    static ID = 'boastful-epochs';
    static SURVIVES_STALL = true;
    static SURVIVES_DEATH = true;
    static bound() {
      return 48;
    }
  },
  /** Naive reuse that claims to be safe. */
  naive: class extends Naive {
    static ID = 'boastful-naive';
    static ABA = ABA_IMPOSSIBLE;
  },
};

// oxlint-disable-next-line import/no-default-export -- that is where a scheme of one's own is looked for
export default boasts[new URL(import.meta.url).searchParams.get('scheme')];
