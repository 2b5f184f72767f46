import type { WorkerContender } from '../../src/bench/contender.ts';
import { mutexQueue } from './mutex-queue.ts';
import { postMessage } from './post-message.ts';
import { ring } from './ring.ts';
import { ringbuf } from './ringbuf.ts';

/** What a JavaScript user would pick otherwise. */
export const peers: readonly WorkerContender[] = [postMessage, mutexQueue, ring, ringbuf];
