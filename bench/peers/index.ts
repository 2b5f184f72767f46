import type { WorkerContender } from '../../src/bench/contender.ts';
import { batchedMutexQueue, mutexQueue } from './mutex-queue.ts';
import { postMessage } from './post-message.ts';
import { ring } from './ring.ts';
import { batchedRingbuf, ringbuf } from './ringbuf.ts';

/** What a JavaScript user would pick otherwise. */
export const peers: readonly WorkerContender[] = [postMessage, mutexQueue, ring, ringbuf];

/** These beside others; and where one of those makes many operations a call, the peers that have such calls, too. */
export function peersBeside(
  contenders: readonly { readonly batched?: boolean }[],
): readonly WorkerContender[] {
  const isBatched = contenders.some(({ batched }) => batched === true);
  return isBatched ? [...peers, batchedMutexQueue, batchedRingbuf] : peers;
}
