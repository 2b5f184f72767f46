import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

/** T1 does nothing for a while after its dequeue, and goes offline only then. */
const late = 'T1@U5; T2@Q1; T1@end; T2@end';

/** The same where it is pinned between two operations. */
const lateInRegion = 'T1@P4; T2@Q1; T1@end; T2@end';

export const scenario: Scenario = {
  number: 14,
  id: 'idle-thread',
  title: 'A thread that does nothing pins memory',
  about:
    'T1 dequeues a value, and has nothing more to do. Most other schemes have forgotten it by then. Under quiescent states it is online still: ' +
    'the others wait until it says again that it uses nothing, and it says so only at the end of an operation. So the epoch moves on once, ' +
    'and nothing that T2 retires is freed: the slab fills up although nobody uses anything. So it is under epochs with region=8, where a thread may stay pinned from its first operation to its eighth. The cure is one store: a thread that is about ' +
    'to wait goes offline first.',
  program: '[A B] d offline | (e d)x32 i (e d)x4',
  schedule: 'T1@end; T2@end',
  slots: 24,
  until: 'end',
  watch: 'T2.op66.A3',
  teaches: 'qsbr',
  series: true,
  notes: [
    {
      at: 'T1.op1.return',
      when: [{ online: 1 }],
      text: 'T1 has ended its operation and uses nothing any more. It is online all the same.',
    },
    {
      at: 'T1.op1.return',
      when: [{ pinned: 1 }],
      text: 'T1 has ended its operation and uses nothing any more. It is pinned all the same.',
    },
    {
      at: 'T2.op64.return',
      when: [{ reclaims: true }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
      audit: true,
    },
    {
      at: 'T1.op2.U5',
      when: [{ offline: 1 }],
      text: 'T1 goes offline: nobody waits for it any more.',
    },
    {
      at: 'T1.op2.P4',
      when: [{ unpinned: 1 }],
      text: 'T1 goes offline, and is not pinned any more.',
    },
    {
      at: 'T2.op66.A3',
      when: [{ cas: 'succeeds' }, { offline: 1 }],
      text: 'T2 takes a slot again; {free:slot} still free.',
    },
  ],
  cases: withWords(
    [
      ...underEvery(({ ID }) => (ID === 'qsbr' ? { schedule: late } : {})),
      { key: 'qsbr-offline', spec: 'qsbr:period=1', damage: [] },
    ],
    {
      'hazard-pointers:linger=on': {},
      'epochs:region=8': { spec: 'epochs:period=8,region=8', schedule: lateInRegion },
    },
  ),
  moral:
    'Where the others wait for quiescent states, a thread that waits for anything must go offline before. To do nothing is not to say so.',
};
