import type { ThreadWords } from '../thread-words.ts';
import { CLOSED, type EventWords, NoRoom } from './event-words.ts';
import { contentOf, isNowPort, isPort, messageOf, type SentPort } from './messages.ts';
import type { Port, PortEvent } from '../types.ts';

type Listener = (this: unknown, of: never) => unknown;

/** The event loop that a port belongs to. */
export interface Home {
  readonly words: ThreadWords;
  readonly events: EventWords;
  /** All ports that the thread has or had. */
  readonly ports: ModelPort[];
  /** Channels that the thread has made. */
  channels: number;
  /** Runs a callback: what it throws ends the thread. */
  guarded(run: () => unknown): void;
  /** Does something in a task of its own. */
  soon(name: string, run: () => void): void;
}

interface Listening {
  readonly type: string;
  readonly listener: Listener | { handleEvent(event: PortEvent): unknown };
  /** True if it is given an event, and not what was sent. */
  readonly asEvent: boolean;
  readonly once: boolean;
}

/** A port of a modelled thread, as its code sees it: what Node's MessagePort does, by steps of the model. */
export class ModelPort implements Port {
  readonly #loop: Home;
  readonly #port: number;
  #listening: Listening[] = [];
  #onmessage: ((event: PortEvent) => unknown) | null = null;
  #onclose: ((event: PortEvent) => unknown) | null = null;
  /** All that was sent to it, as far as it was looked at, and how much of that was taken. */
  #known = 0;
  #taken: number;
  #isOpen = true;
  #isRead = false;
  #holds = true;

  constructor(loop: Home, { port, taken }: SentPort) {
    this.#loop = loop;
    this.#port = port;
    this.#taken = taken;
    isNowPort(this);
    loop.ports.push(this);
  }

  get name(): string {
    return this.#loop.events.nameOfPort(this.#port);
  }

  /** The word with its messages. */
  get queue(): number {
    return this.#loop.events.queueOf(this.#port);
  }

  /** What that held when it was looked at last. */
  get known(): number {
    return this.#known;
  }

  set known(list: number) {
    this.#known = list;
  }

  /** The next message, if it is known that there is one; else null. */
  get #next(): number | null {
    const list = this.#loop.events.queues.valueOf(this.#known);
    return this.#taken < list.length ? list[this.#taken] : null;
  }

  get #isStarted(): boolean {
    return this.#isRead && this.#hears('message');
  }

  #hears(type: string): boolean {
    const own = type === 'message' ? this.#onmessage : this.#onclose;
    return own !== null || this.#listening.some((each) => each.type === type);
  }

  /** True if what comes next would be told to the thread. */
  get isListening(): boolean {
    return this.#isOpen && (this.#isStarted || this.#hears('close'));
  }

  /** True if the thread does not end as long as it is open. */
  get holds(): boolean {
    return this.#isOpen && this.#holds && this.#isStarted;
  }

  /** True if a message is known that would be told to the thread now. */
  get isReady(): boolean {
    const next = this.#next;
    return this.isListening && next !== null && (next === CLOSED || this.#isStarted);
  }

  /** True if it is not known what comes next. */
  get isUnknown(): boolean {
    return this.isListening && this.#next === null;
  }

  /** Tells the thread of the next message, as a task. */
  deliver(): void {
    const message = this.#next as number;
    this.#taken++;
    if (message === CLOSED) this.#closed();
    else this.#tell('message', this.#contentOf(message));
  }

  #contentOf(message: number): { readonly data: unknown; readonly ports: readonly ModelPort[] } {
    const { words, events } = this.#loop;
    const ports: ModelPort[] = [];
    const data = contentOf(events.messages.valueOf(message), words, (sent) => {
      const port = new ModelPort(this.#loop, sent);
      ports.push(port);
      return port;
    });
    return { data, ports };
  }

  /** The next message at once, as `receiveMessageOnPort` gives it. */
  receive(): { readonly message: unknown } | undefined {
    if (!this.#isOpen) return undefined;
    if (this.#next === null) this.#known = this.#loop.words.askAt('load', this.queue);
    const message = this.#next;
    if (message === null || message === CLOSED) return undefined;
    this.#taken++;
    return { message: this.#contentOf(message).data };
  }

  #tell(type: string, { data, ports }: { readonly data: unknown; readonly ports: readonly unknown[] }): void {
    const event: PortEvent = { type, data, ports, target: this, currentTarget: this } as never;
    const own = type === 'message' ? this.#onmessage : this.#onclose;
    if (own !== null) this.#loop.guarded(() => own.call(this, event));
    for (const each of this.#listening.slice()) {
      if (each.type !== type || !this.#listening.includes(each)) continue;
      if (each.once) this.#listening = this.#listening.filter((other) => other !== each);
      const { listener, asEvent } = each;
      this.#loop.guarded(() => {
        if (typeof listener !== 'function') return listener.handleEvent(event);
        return listener.call(this, (asEvent ? event : data) as never);
      });
    }
  }

  #closed(): void {
    this.#isOpen = false;
    this.#tell('close', { data: undefined, ports: [] });
  }

  postMessage(value: unknown, options: readonly unknown[] | { transfer?: readonly unknown[] } = []): void {
    const { words, events } = this.#loop;
    const transfer = 'transfer' in options ? (options.transfer ?? []) : (options as readonly unknown[]);
    const sent = new Map<unknown, SentPort>();
    for (const each of transfer) {
      if (each === this) throw dataCloneError('Transfer list contains source port');
      if (each instanceof ModelPort) sent.set(each, { port: each.#port, taken: each.#taken });
    }
    const message = messageOf(value, sent, words);
    for (const each of transfer) {
      if (each instanceof ModelPort) each.#isOpen = false;
      else if (each instanceof ArrayBuffer) structuredClone(each, { transfer: [each] });
    }
    if (this.#isOpen) this.#send(events.messages.numberOf(message));
  }

  #send(message: number): void {
    const { words, events } = this.#loop;
    words.askAt('add', events.queueOf(this.#port ^ 1), message, 0, events.send);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#send(CLOSED);
    this.#isOpen = false;
    if (this.#hears('close')) this.#loop.soon(`the end of ${this.name}`, () => this.#closed());
  }

  start(): void {
    this.#isRead = true;
  }

  ref(): void {
    this.#holds = true;
  }

  unref(): void {
    this.#holds = false;
  }

  hasRef(): boolean {
    return this.holds;
  }

  get onmessage(): ((event: PortEvent) => unknown) | null {
    return this.#onmessage;
  }

  set onmessage(listener: ((event: PortEvent) => unknown) | null) {
    this.#onmessage = typeof listener === 'function' ? listener : null;
    if (this.#onmessage !== null) this.start();
  }

  get onclose(): ((event: PortEvent) => unknown) | null {
    return this.#onclose;
  }

  set onclose(listener: ((event: PortEvent) => unknown) | null) {
    this.#onclose = typeof listener === 'function' ? listener : null;
  }

  #listen(each: Listening): this {
    const known = this.#listening.some(
      ({ type, listener }) => each.asEvent && type === each.type && listener === each.listener,
    );
    if (!known) this.#listening.push(each);
    if (each.type === 'message') this.start();
    return this;
  }

  on(type: string, listener: Listener): this {
    return this.#listen({ type, listener, asEvent: false, once: false });
  }

  addListener(type: string, listener: Listener): this {
    return this.on(type, listener);
  }

  once(type: string, listener: Listener): this {
    return this.#listen({ type, listener, asEvent: false, once: true });
  }

  off(type: string, listener: unknown): this {
    const at = this.#listening.findIndex((each) => each.type === type && each.listener === listener);
    this.#listening = this.#listening.filter((_, i) => i !== at);
    return this;
  }

  removeListener(type: string, listener: unknown): this {
    return this.off(type, listener);
  }

  removeAllListeners(type?: string): this {
    this.#listening = this.#listening.filter((each) => type !== undefined && each.type !== type);
    return this;
  }

  addEventListener(
    type: string,
    listener: Listening['listener'],
    options?: boolean | { once?: boolean },
  ): void {
    const once = typeof options === 'object' && options.once === true;
    this.#listen({ type, listener, asEvent: true, once });
  }

  removeEventListener(type: string, listener: unknown): void {
    this.off(type, listener);
  }
}

function dataCloneError(why: string): Error {
  return new DOMException(why, 'DataCloneError');
}

/** The two ports of a channel that a thread makes. */
export function channelOf(loop: Home): { readonly port1: ModelPort; readonly port2: ModelPort } {
  const { words, events } = loop;
  const first = events.ownPort(words.number - 1, loop.channels++);
  if (first === null) return words.fail(new NoRoom('channels', words.number - 1));
  const portOf = (port: number): ModelPort => new ModelPort(loop, { port, taken: 0 });
  return { port1: portOf(first), port2: portOf(first + 1) };
}

/** As `receiveMessageOnPort`. */
export function receiveOn(port: unknown): { readonly message: unknown } | undefined {
  return (port as ModelPort).receive();
}

export { isPort };
