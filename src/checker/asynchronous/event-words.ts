import type { Custom } from '../../model/request.ts';
import { Interned } from '../interned.ts';

/** A message as it is kept. */
export interface Message {
  /** Tells it from others. */
  readonly key: string;
  /** As people read it. */
  readonly text: () => string;
}

/** How many ports and asynchronous waits a check has words for. More are made when they are asked for, and what is explored starts over. */
export interface Room {
  /** By name, the two threads that a declared pair of ports is between, from 0. */
  readonly declared: readonly { readonly name: string; readonly threads: readonly [number, number] }[];
  /** By thread, channels that it makes itself. */
  readonly channels: readonly number[];
  /** By thread, asynchronous waits at once. */
  readonly waits: readonly number[];
}

/** A thread asks for more of something than there are words for. */
export class NoRoom extends Error {
  readonly what: 'channels' | 'waits';
  readonly thread: number;

  constructor(what: 'channels' | 'waits', thread: number) {
    super(`T${thread + 1} has no room for more ${what}.`);
    this.what = what;
    this.thread = thread;
  }
}

/** The number of the message that says that the other port was closed. */
export const CLOSED = 0;

/** A look at several words at once, by which a thread sees what has come for it. */
class Look implements Custom {
  readonly wide: NonNullable<Custom['wide']>;
  readonly isApart = true;
  readonly blocked?: readonly number[];

  /**
   * @param found the numbers for what the words hold
   * @param blocked given if it waits while each of them holds what stands here
   */
  constructor(
    addresses: readonly number[],
    found: Interned<readonly number[]>,
    blocked: readonly number[] | null,
  ) {
    this.wide = {
      addresses,
      join: (words) => found.numberOf(addresses.map((address) => words[address])),
      split: (whole) => found.valueOf(whole),
    };
    if (blocked !== null) this.blocked = addresses.flatMap((address, i) => [address, blocked[i]]);
  }

  after(_request: unknown, before: number): number {
    return before;
  }

  writes(): boolean {
    return false;
  }

  alsoWrites(): readonly number[] {
    return [];
  }

  mayWrite(): readonly number[] {
    return [];
  }

  writeOthers(): void {}
}

/**
 * The words by which event loops hear of each other: for each port one with the list of all messages that were ever sent to it, and for
 * each asynchronous wait one that is 1 while it is not woken. A list only grows, and how many of it were taken is the receiver's own to
 * know: so to receive writes nothing.
 */
export class EventWords {
  /** The messages of a check, and the lists of them, by number. Number 0 is the message that a port was closed, and the empty list. */
  readonly messages: Interned<Message> = new Interned<Message>(({ key }) => key);
  readonly queues: Interned<readonly number[]> = new Interned<readonly number[]>((list) => list.join());
  /** What several words hold that are looked at at once. */
  readonly #found = new Interned<readonly number[]>((list) => list.join());
  readonly #looks = new Map<string, Look>();
  /** The events of which a thread took one, as they are called, by the number of the choice. */
  readonly #choices = new Interned<readonly string[]>((list) => JSON.stringify(list));
  readonly #room: Room;
  readonly #from: number;
  readonly #ports: number;
  /** Appends the message whose number is the first operand to the list. */
  readonly send: Custom = {
    wide: null,
    after: ({ first }, before) => this.queues.numberOf([...this.queues.valueOf(before), first]),
    writes: () => true,
    alsoWrites: () => [],
    mayWrite: () => [],
    writeOthers: () => {},
  };

  /** @param from the address of the first of them */
  constructor(room: Room, from: number) {
    this.#room = room;
    this.#from = from;
    this.#ports = 2 * (room.declared.length + sumOf(room.channels));
    this.messages.numberOf({ key: '', text: () => 'closed' });
    this.queues.numberOf([]);
  }

  /** How many words there are. */
  get size(): number {
    return this.#ports + sumOf(this.#room.waits);
  }

  has(address: number): boolean {
    return address >= this.#from && address < this.#from + this.size;
  }

  /** The port at a thread's end of a declared pair; null if it has none. */
  declaredPort(name: string, thread: number): number | null {
    const index = this.#room.declared.findIndex((each) => each.name === name);
    const end = index < 0 ? -1 : this.#room.declared[index].threads.indexOf(thread);
    return end < 0 ? null : 2 * index + end;
  }

  /** The first port of a channel that a thread makes, by its number; null if there is no room. */
  ownPort(thread: number, channel: number): number | null {
    const { declared, channels } = this.#room;
    if (channel >= channels[thread]) return null;
    return 2 * (declared.length + sumOf(channels.slice(0, thread)) + channel);
  }

  queueOf(port: number): number {
    return this.#from + port;
  }

  /** The word of an asynchronous wait of a thread, by its number; null if there is no room. */
  waitOf(thread: number, wait: number): number | null {
    const { waits } = this.#room;
    return wait < waits[thread] ? this.#from + this.#ports + sumOf(waits.slice(0, thread)) + wait : null;
  }

  /** The thread whose asynchronous wait a word is about; null if it is no such word. */
  threadOf(address: number): number | null {
    let left = address - this.#from - this.#ports;
    if (left < 0) return null;
    for (const [thread, waits] of this.#room.waits.entries()) {
      if (left < waits) return thread;
      left -= waits;
    }
    return null;
  }

  /** What a port is called by what people know of it. */
  nameOfPort(port: number): string {
    const { declared, channels } = this.#room;
    const pair = port >> 1;
    if (pair < declared.length) return declared[pair].name;
    let left = pair - declared.length;
    const thread = channels.findIndex((each) => (left -= each) < 0);
    return `T${thread + 1}'s channel ${left + channels[thread] + 1}`;
  }

  /** What a word is called. */
  nameOf(address: number): string {
    const port = address - this.#from;
    return port < this.#ports
      ? `the messages on ${this.nameOfPort(port)}`
      : `a waitAsync of T${(this.threadOf(address) as number) + 1}`;
  }

  /** What a word holds as people read it. */
  show(address: number, word: number): string {
    if (address - this.#from >= this.#ports) return word === 0 ? 'woken' : 'asleep';
    return `[${this.queues
      .valueOf(word)
      .map((each) => this.textOf(each))
      .join(', ')}]`;
  }

  textOf(message: number): string {
    return this.messages.valueOf(message).text();
  }

  /** The name of the port that a queue belongs to; null if the word is no queue. */
  portAt(address: number): string | null {
    const port = address - this.#from;
    return port >= 0 && port < this.#ports ? this.nameOfPort(port) : null;
  }

  /** One look at several words. Given what they held, it waits until one of them holds something else. */
  look(addresses: readonly number[], seen: readonly number[] | null): Custom {
    const key = `${addresses.join()} ${seen === null ? '' : seen.join()}`;
    let look = this.#looks.get(key);
    if (look === undefined) this.#looks.set(key, (look = new Look(addresses, this.#found, seen)));
    return look;
  }

  found(number: number): readonly number[] {
    return this.#found.valueOf(number);
  }

  numberOfChoice(events: readonly string[]): number {
    return this.#choices.numberOf(events);
  }

  eventsOf(choice: number): readonly string[] {
    return this.#choices.valueOf(choice);
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
