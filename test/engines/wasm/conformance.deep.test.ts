import { expect, test, vi } from 'vitest';
import type { AtomicsMemory } from '../../../src/laboratory/atomics.ts';
import type * as participants from '../../../src/laboratory/participant.ts';
import type * as effort from '../../effort.ts';
import type * as shared from '../../../src/laboratory/shared.ts';
import type { SharedMemory } from '../../../src/engines/wasm/webassembly.ts';
import { schemes } from '../../../src/laboratory/registry.ts';
import { loadModule } from '../../../src/engines/wasm/modules.ts';
import { assembleInWasm } from '../../../src/engines/wasm/participant.ts';
import { createMemory } from '../../../src/engines/wasm/shared-memory.ts';
import { eager, LimitedMemory } from '../../kernel/laboratory.ts';

// The very conformance suite of the schemes, with compiled threads in place of those on atomics: its laboratories are made in memories,
// and who takes part is given an instance.
const engine = vi.hoisted(() => ({ memories: new WeakMap<object, SharedMemory>(), taken: 0 }));

vi.mock('../../../src/laboratory/shared.ts', async (original) => {
  const actual = await original<typeof shared>();
  return {
    ...actual,
    createBuffer: (...wanted: Parameters<typeof shared.createBuffer>) => {
      const memory = createMemory(...wanted);
      engine.memories.set(memory.buffer, memory);
      return memory.buffer;
    },
  };
});

vi.mock('../../../src/laboratory/participant.ts', async (original) => {
  const actual = await original<typeof participants>();
  return {
    ...actual,
    assemble: (...[memory, thread, scheme, variant]: Parameters<typeof participants.assemble>) => {
      const shares = engine.memories.get((memory as AtomicsMemory).words.buffer);
      // A memory in which a thread dies at a step has gates, which compiled steps have not.
      const isPlain = memory.constructor === LimitedMemory && schemes.includes(scheme);
      if (shares === undefined || !isPlain || variant !== undefined)
        return actual.assemble(memory, thread, scheme, variant);
      engine.taken++;
      // What looks at the words does so through the memory that the test has limited.
      const { geometry, record } = actual.assemble(memory, thread, scheme);
      const party = assembleInWasm(shares, thread, loadModule(eager(scheme)));
      return { ...party, queue: party.queue, memory, geometry, record };
    },
  };
});

// Who dies at a step is not compiled: in the short form fewer deaths are enough here.
vi.mock('../../effort.ts', async (original) => {
  const actual = await original<typeof effort>();
  return { ...actual, stride: (few: number) => actual.stride(few + 3) };
});

await import('../../kernel/conformance/damage.test.ts');
await import('../../kernel/conformance/death.test.ts');
await import('../../kernel/conformance/garbage.test.ts');
await import('../../kernel/conformance/lifecycle.test.ts');
await import('../../kernel/conformance/protection.test.ts');
await import('../../kernel/queue.test.ts');

test('all of that was done by compiled threads', () => {
  expect(engine.taken).toBeGreaterThan(1000);
});
