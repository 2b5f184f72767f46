import { OK, VALUE } from 'lockfree-lab';

/** What is needed of a queue: that of a participant has it. */
export interface Queue {
  enqueue(value: number): number;
  dequeue(): number;
  result(): number;
}

// A word of your own beside the queue: its lowest bit says that the queue is closed, and the others count what was sent.
const SENT = 2;
const CLOSED = 1;

/** Enqueues a value and wakes a consumer. False if the queue is full. */
export function send(queue: Queue, signal: Int32Array, value: number): boolean {
  if (queue.enqueue(value) !== OK) return false;
  // After the enqueue: a consumer that has not seen this count has not looked since, and does not fall asleep on the old one.
  Atomics.add(signal, 0, SENT);
  Atomics.notify(signal, 0, 1);
  return true;
}

/** Says that nothing will be sent any more, once all that send have ended, and wakes all consumers. */
export function close(signal: Int32Array): void {
  Atomics.or(signal, 0, CLOSED);
  Atomics.notify(signal, 0);
}

/** The next value, for which it sleeps while the queue is empty; null once the queue is closed and empty. */
export function receive(queue: Queue, signal: Int32Array): number | null {
  for (;;) {
    // Before the look: what is sent after the look changes the word, and then there is no sleep.
    const seen = Atomics.load(signal, 0);
    if (queue.dequeue() === VALUE) return queue.result();
    if ((seen & CLOSED) !== 0) return null;
    Atomics.wait(signal, 0, seen);
  }
}
