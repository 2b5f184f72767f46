/**
 * A MessagePort between two workers. The receiver polls with `receiveMessageOnPort`, which was measured faster than the `message` event
 * and fits the same loops as the other contenders. Since a port takes any number of messages, the sender counts those that are on their way
 * and answers full beyond a window; with a narrow one the two would mostly wait for each other.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { WorkerContender } from '../../src/bench/contender.ts';
import { type Handle, handleModule, type HandleOpener, NOTHING } from '../../src/bench/handle.ts';
import { WORKLOADS } from '../../src/bench/workloads.ts';

const WINDOW = 65_536;
// A line apart: messages sent and received, modulo 2^32.
const SENT = 0;
const RECEIVED = 32;
const WORDS = 64;

interface PortParts {
  readonly port: MessagePort;
  readonly words: Int32Array;
}

class Port implements Handle {
  readonly #port: MessagePort;
  readonly #words: Int32Array;

  constructor(port: MessagePort, words: Int32Array) {
    this.#port = port;
    this.#words = words;
  }

  enqueue(value: number): boolean {
    const words = this.#words;
    const sent = words[SENT];
    if (((sent - Atomics.load(words, RECEIVED)) | 0) >= WINDOW) return false;
    this.#port.postMessage(value);
    words[SENT] = (sent + 1) | 0;
    return true;
  }

  dequeue(): number {
    const received = receiveMessageOnPort(this.#port);
    if (received === undefined) return NOTHING;
    Atomics.store(this.#words, RECEIVED, (this.#words[RECEIVED] + 1) | 0);
    return received.message as number;
  }
}

/** @public Workers load it by the URL in `module`. */
export const openHandle: HandleOpener = (state) => {
  const { port, words } = state as PortParts;
  return new Port(port, words);
};

export const postMessage: WorkerContender = {
  engine: 'peer',
  scheme: 'postMessage',
  module: handleModule('post-message', import.meta.url),
  exhausts: false,
  bound: () => null,
  refusal: (workload, threads) => {
    const { produces, consumes } = WORKLOADS[workload];
    const oneWay = produces(1, 0) && !produces(2, 0) && consumes(2, 0) && !consumes(1, 0);
    return threads === 2 && oneWay ? null : 'a channel has one sender and one receiver';
  },
  make: () => {
    const { port1, port2 } = new MessageChannel();
    const ports = [port1, port2];
    const words = new Int32Array(new SharedArrayBuffer(4 * WORDS));
    return {
      partsFor: (thread) => {
        const port = ports[thread - 1];
        const state: PortParts = { port, words };
        return { state, transfer: [port] };
      },
    };
  },
};
