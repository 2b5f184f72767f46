import { ACTIVE, FREE, FREE_TOP, HELD, R_STATUS, S_LIFE, S_STATE } from '../../src/kernel/layout.ts';
import { J5 } from '../../src/kernel/steps.ts';
import type { Contract } from '../../src/kernel/structure-card.ts';
import type { OperationBody } from '../../src/laboratory/operations.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import { placeOf } from '../../src/observe/lives.ts';

/** The words that the next process lays out: those of a laboratory of the same size in which nothing has happened yet. */
function laidOutAnew({ geometry, scheme }: Participant): Int32Array {
  const { slots, stride, threads, cache, param0, param1 } = geometry;
  const choice = {
    scheme: scheme.constructor as unknown as SchemeClass,
    spec: '',
    name: '',
    param0,
    param1,
    tagBits: geometry.link.tagBits,
  };
  return new Int32Array(createBuffer({ slots, stride, threads, cache }, choice));
}

/**
 * Operations of a program that ends. `exit` stands for the end of the process and the begin of the next one: the system takes the pages back and gives
 * pages of zeros, and the next process lays out its slab in them. All other threads have ended. Each word is written that differs, and a
 * slot that is in use from the start is taken first, as any other.
 */
export const operations: Readonly<Record<string, OperationBody>> = {
  exit: (participant) => {
    const { memory, geometry, record } = participant;
    // J5: the next process begins, and has the record of the one before.
    memory.store(J5, record.base + R_STATUS, ACTIVE);
    for (const [address, word] of laidOutAnew(participant).entries()) {
      // The words before say what the laboratory is, and that stays.
      if (address < FREE_TOP || memory.peek(address) === word) continue;
      const place = placeOf(geometry, address);
      // The lives of slots are counted through all processes.
      if (place?.word === S_LIFE) continue;
      if (place?.word === S_STATE && memory.peek(address) === FREE) {
        const life = geometry.slot(place.slot, S_LIFE);
        memory.poke(life, (memory.peek(life) + 1) | 0);
        memory.poke(address, HELD);
      }
      memory.poke(address, word);
    }
    memory.poke(record.base + R_STATUS, ACTIVE);
    return { outcome: 'done' };
  },
};

/** The next process begins once the words are laid out anew, and nothing more is said. */
export const contracts: Readonly<Record<string, Contract>> = { exit: { onlyDone: true } };
