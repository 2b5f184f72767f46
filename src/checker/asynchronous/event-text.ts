import type { Request } from '../../model/request.ts';
import type { WordLayout } from '../word-layout.ts';
import { AWAITS } from './event-loop.ts';

/** A choice of what is next in an event loop: which, by number, and before it is made. */
export function choiceText(
  { decisions, events }: WordLayout,
  { first, second }: Request,
  chosen: number | null,
): string {
  if (second < decisions.length) {
    const decision = decisions[second];
    return chosen === null ? decision.pending(first) : decision.decided(first, chosen);
  }
  const choices = events.eventsOf(second - decisions.length);
  if (chosen === null) return `what is next of ${choices.join(', ')}`;
  return `next is ${choices[chosen]}, and not ${choices.filter((_, i) => i !== chosen).join(', ')}`;
}

/** What a thread sleeps in that has no word of the check to sleep on. */
export function sleepText({ second }: Request): string {
  return second === AWAITS
    ? 'an await of a promise that nothing is left to settle'
    : 'a wait on memory of its own, which no other thread knows';
}

/**
 * A step on a word of event loops: a message that is sent, or a look at what has come. Null if it is no such step.
 *
 * @param before what the step found; null before it is made
 */
export function eventText({ events }: WordLayout, request: Request, before: number | null): string | null {
  const { access, address, first, custom } = request;
  if (!events.has(address)) return null;
  const waits = access === 'await';
  if (custom?.wide) {
    const found = before === null ? null : events.found(before);
    const words = custom.wide.addresses.map((each, i) =>
      found === null ? events.nameOf(each) : `${events.nameOf(each)}: ${events.show(each, found[i])}`,
    );
    return `${waits ? 'waits for' : 'looks at'} ${words.join(', ')}`;
  }
  const port = events.portAt(address);
  if (port === null)
    return before === null
      ? `a look at ${events.nameOf(address)}`
      : `looks at ${events.nameOf(address)}: ${events.show(address, before)}`;
  if (access === 'add')
    return first === 0 ? `${port}.close()` : `${port}.postMessage(${events.textOf(first)})`;
  if (before === null) return waits ? `a message on ${port}` : `a look for messages on ${port}`;
  const seen = waits ? events.queues.valueOf(first).length : 0;
  const come = events.queues
    .valueOf(before)
    .slice(seen)
    .map((each) => events.textOf(each));
  return waits
    ? `a message on ${port}: ${come.join(', then ')}`
    : `messages on ${port}: [${come.join(', ')}]`;
}
