// Schemes that allow ABA and have faults of their own, chosen by the URL: `allows-aba.mjs?fault=forgetful&base=naive`.
import { Naive } from '../../../dist/src/kernel/schemes/naive.js';
import { Tagged } from '../../../dist/src/kernel/schemes/tagged.js';

const asked = new URL(import.meta.url).searchParams;
const Base = asked.get('base') === 'tagged' ? Tagged : Naive;

const faults = {
  /** A retired slot is on no list. */
  forgetful: class extends Base {
    static ID = 'forgetful';
    keep() {}
  },
  /** Retired slots are on a list, and none is freed, though the scheme promises none. */
  hoarder: class extends Base {
    static ID = 'hoarder';
    keep(slot) {
      this.record.unreclaimed(1);
      this.push(this.list(0), slot, this.now());
    }
  },
  /** Counts a retired slot that is free. */
  miscounting: class extends Base {
    static ID = 'miscounting';
    keep(slot) {
      this.record.unreclaimed(1);
      super.keep(slot);
    }
    static bound() {
      return 1000;
    }
  },
};

// oxlint-disable-next-line import/no-default-export -- that is where a scheme of one's own is looked for
export default faults[asked.get('fault')];
