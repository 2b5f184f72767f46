// Nothing is imported here: the types that users see stand alone.

// oxlint-disable-next-line typescript/no-explicit-any -- as of the platform's ports: a listener says what it takes
type Sent = any;

/** What a listener of a port is given. */
export interface PortEvent {
  readonly type: string;
  readonly data: Sent;
  readonly ports: readonly Port[];
  readonly target: Port;
}

/** A port of a thread of `checkAsync`: what a MessagePort does. To send, to receive at once and to take what has come are steps. */
export interface Port {
  /** Sends a copy, by structured cloning; declared memory is shared. Ports in the list go to the receiver. */
  postMessage(
    value: unknown,
    transfer?: readonly unknown[] | { readonly transfer?: readonly unknown[] },
  ): void;
  onmessage: ((event: PortEvent) => unknown) | null;
  onclose: ((event: PortEvent) => unknown) | null;
  /** The listener of `message` is given what was sent. */
  on(type: 'message' | 'close', listener: (data: Sent) => unknown): this;
  once(type: 'message' | 'close', listener: (data: Sent) => unknown): this;
  off(type: 'message' | 'close', listener: (data: Sent) => unknown): this;
  addEventListener(
    type: 'message' | 'close',
    listener: (event: PortEvent) => unknown,
    options?: boolean | { readonly once?: boolean },
  ): void;
  removeEventListener(type: 'message' | 'close', listener: (event: PortEvent) => unknown): void;
  start(): void;
  close(): void;
  ref(): void;
  unref(): void;
}
