// The operations of scenarios 08, 24 and 28, each with one fault: what they answer is not so. Chosen by the URL: `answering.mjs?fault=denies`.
import * as heir from '../../../dist/scenarios/08-dead-worker/variant.js';
import * as ended from '../../../dist/scenarios/24-exit-frees-all/variant.js';
import * as registry from '../../../dist/scenarios/28-finalizer/variant.js';

const [fault] = new URL(import.meta.url).searchParams.values();

const faults = {
  /** Recovers, and says that there was nothing. */
  denies: (...given) => ({ ...heir.operations.recover(...given), outcome: 'no', value: undefined }),
  /** Recovers, and names another slot. */
  misnames: (...given) => ({ ...heir.operations.recover(...given), value: 9 }),
  /** Names the slot, and leaves it in the hand of the dead thread. */
  leaves: ({ memory }) => {
    memory.load(heir.X4, 0);
    return { outcome: 'value', value: 1 };
  },
};

export const labelsOf = new URL('../../../dist/scenarios/08-dead-worker/variant.js', import.meta.url).href;

export const operations = {
  recover: faults[fault],
  /** Counts the latest one as well. */
  look: (participant) => ({ outcome: 'value', value: 1 + participant.structure.unreferenced() }),
  exit: () => ({ outcome: 'yes' }),
};

export const contracts = { ...heir.contracts, ...ended.contracts, ...registry.contracts };

export const structure = fault === 'counts' ? registry.structure : undefined;
