import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

/**
 * A process of its own with `gc`. Four objects own slots, and only the last one is referred to; a registry is to give the slots back. The
 * same with a registry that holds the objects themselves. And a shared buffer that a thread has worked in, and that nothing refers to.
 */
const SOURCE = `
import { Worker } from 'node:worker_threads';
import { setTimeout as wait } from 'node:timers/promises';
const registered = (selfish) => {
  const finalized = [];
  const registry = new FinalizationRegistry((held) => finalized.push(held));
  let latest = null;
  for (let slot = 1; slot <= 4; slot++) {
    latest = { slot };
    registry.register(latest, selfish ? { of: latest } : slot);
  }
  return { finalized, registry, keep: { latest } };
};
const collected = async () => { for (let i = 0; i < 4; i++) { gc(); await wait(1); } };
let refused = false;
try { const own = {}; new FinalizationRegistry(() => {}).register(own, own); } catch (error) { refused = error instanceof TypeError; }
const plain = registered(false);
const selfish = registered(true);
await wait(20);
const before = plain.finalized.length;
await collected();
const after = plain.finalized.toSorted();
plain.keep.latest = null;
selfish.keep.latest = null;
await collected();
const shared = async () => {
  const buffer = new SharedArrayBuffer(1 << 16);
  const worker = new Worker('import("node:worker_threads").then(({ workerData }) => workerData.fill(7))', { eval: true, workerData: new Int32Array(buffer) });
  await new Promise((ended) => worker.once('exit', ended));
  return { ref: new WeakRef(buffer), written: new Int32Array(buffer)[0] };
};
const { ref, written } = await shared();
await collected();
console.log(JSON.stringify({
  refused, before, after, dropped: plain.finalized.length, selfish: selfish.finalized.length, written, buffer: ref.deref() === undefined,
}));
// They are in use until here.
plain.registry.unregister(plain); selfish.registry.unregister(selfish);
`;

describe('what the scenarios say of the collector and of the end of a process', () => {
  test('is what Node does', () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--expose-gc', '--input-type=module', '--eval', SOURCE],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      // The object itself as what is held for it is refused; what refers to it is not.
      refused: true,
      // A thread that waits is no reason to collect.
      before: 0,
      // All but the latest, which is still referred to.
      after: [1, 2, 3],
      dropped: 4,
      // Each is referred to by what the registry holds.
      selfish: 0,
      // What a thread has written stays when the thread has ended; the buffer goes when nothing refers to it.
      written: 7,
      buffer: true,
    });
  });
});
