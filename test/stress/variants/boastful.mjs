// Schemes that promise more than they keep, chosen by the URL: `boastful.mjs?scheme=epochs`.
import { ABA_IMPOSSIBLE } from '../../../dist/src/kernel/scheme.js';
import { Naive } from '../../../dist/src/kernel/schemes/naive.js';
import BoastfulEpochs from './boastful-epochs.mjs';

const boasts = {
  epochs: BoastfulEpochs,
  /** Naive reuse that claims to be safe. */
  naive: class extends Naive {
    static ID = 'boastful-naive';
    static ABA = ABA_IMPOSSIBLE;
  },
};

// oxlint-disable-next-line import/no-default-export -- that is where a scheme of one's own is looked for
export default boasts[new URL(import.meta.url).searchParams.get('scheme')];
