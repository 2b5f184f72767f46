import { UsageError } from '../../errors.ts';
import { closest } from '../../suggest.ts';
import type { AnyCheck } from '../any-check.ts';
import { textOf } from '../text.ts';
import type { ThreadWords } from '../thread-words.ts';
import type { NoRoom, Room } from './event-words.ts';
import type { Port } from '../types.ts';
import { needsAsync } from './refusals.ts';

/** Throws a `UsageError` of one sentence if a pair of ports is not between two threads. */
export function assertPorts({ ports = {}, threads }: AnyCheck): void {
  for (const [name, between] of Object.entries(ports)) {
    const isThread = (each: unknown): boolean =>
      Number.isInteger(each) && (each as number) >= 1 && (each as number) <= threads.length;
    const fits =
      Array.isArray(between) && between.length === 2 && between.every(isThread) && between[0] !== between[1];
    if (!fits)
      throw new UsageError(
        `The ports "${name}" are between ${textOf(between)}: give the numbers of two threads, from 1 to ${threads.length}, as in ports: { ${name}: [1, 2] }.`,
      );
  }
}

/** What a check needs from the start: its declared ports. */
export function roomFor({ ports = {}, threads }: AnyCheck): Room {
  const declared = Object.entries(ports).map(([name, [one, other]]) => ({
    name,
    threads: [one - 1, other - 1] as const,
  }));
  return { declared, channels: threads.map(() => 0), waits: threads.map(() => 0) };
}

/** With room for one more of what there was too little of. */
export function withRoomFor(room: Room, { what, thread }: NoRoom): Room {
  return { ...room, [what]: room[what].map((each, i) => (i === thread ? each + 1 : each)) };
}

/** A thread's ends of the declared pairs, by name: each is made when it is first asked for, in each run of its code. */
export function portsOf(words: ThreadWords, { declared }: Room): Readonly<Record<string, Port>> {
  return new Proxy(Object.create(null) as Record<string, Port>, {
    get: (_, name) => {
      if (typeof name === 'symbol') return undefined;
      if (words.loop === null) return words.refuse(needsAsync(words.number, `the port ${name}`));
      const port = words.loop.portNamed(name);
      if (port !== null) return port;
      const pair = declared.find((each) => each.name === name);
      const names = declared.map((each) => each.name);
      return words.refuse(
        pair === undefined
          ? `T${words.number} asks for its port "${name}"${closest(name, names)}: the check declares ${names.join(', ') || 'none'}, as in ports: { ${name}: [1, 2] }.`
          : `T${words.number} has no port "${name}", which is between T${pair.threads[0] + 1} and T${pair.threads[1] + 1}.`,
      );
    },
  });
}
