import { type Request, wordAfter, writes } from '../model/request.ts';
import { choiceText, eventText, sleepText } from './asynchronous/event-text.ts';
import { Mixed } from './element.ts';
import type { WordLayout } from './word-layout.ts';
import type { Sleepers } from './waiting.ts';

/** A step as people read it, and the change of its word if it wrote one. */
export interface StepText {
  readonly text: string;
  /** `0 → 1`, or empty. */
  readonly change: string;
  /** The word that it is about; null for a choice. */
  readonly address: number | null;
  readonly wrote: boolean;
}

/** What a step did: `next.add(1) ⇒ 0` and `0 → 1`. */
export function showStep(layout: WordLayout, request: Request, before: number): StepText {
  const { access, first, second } = request;
  if (access === 'choose') {
    return { text: choiceText(layout, request, before), change: '', address: null, wrote: false };
  }
  if (access === 'begin')
    return { text: onceText(layout, request, true), change: '', address: null, wrote: false };
  if (request.address === layout.clock) {
    const wrote = access === 'add';
    const text = `the clock is at ${wordAfter(request, before)} ms`;
    return { text, change: '', address: layout.clock, wrote };
  }
  const life = layout.lifeAt(request.address);
  if (life !== null) return { text: lifeText(request, life), change: '', address: null, wrote: false };
  const event = access === 'wake' ? null : eventText(layout, request, before);
  if (event !== null) return { text: event, change: '', address: null, wrote: false };
  if (access === 'wake') {
    const address = layout.ofList(second);
    const result = before === 1 ? 'timed-out' : 'ok';
    return {
      text: `${layout.nameOf(address)}.${waitOf(layout, request.address)} ⇒ ${result}`,
      change: '',
      address,
      wrote: false,
    };
  }
  if (access === 'notify') {
    const address = layout.ofList(request.address);
    const woken = layout.lists.valueOf(before).slice(0, first);
    const whom = woken.length === 0 ? 'nobody sleeps' : `wakes ${namesOf(layout, woken)}`;
    return {
      text: `${layout.nameOf(address)}.notify(${first === 31 ? '' : first}), ${whom}`,
      change: '',
      address,
      wrote: false,
    };
  }
  const { address } = request;
  const { name, show } = elementOf(layout, request);
  const wrote = writes(request, before);
  const change = wrote ? `${show(before)} → ${show(wordAfter(request, before))}` : '';
  const text = {
    load: () => `${name}.load() ⇒ ${show(before)}`,
    store: () => `${name}.store(${show(first)})`,
    read: () => `read ${name} ⇒ ${show(before)}`,
    write: () => `write ${name} = ${show(first)}`,
    cas: () =>
      `${name}.compareExchange(${show(first)}, ${show(second)}) ${wrote ? '✓' : `✗ ⇒ ${show(before)}`}`,
    wait: () => `${name}.${waitOf(layout, second)}(${show(first)})${saysWait(layout, request, before, show)}`,
  }[access as 'load' | 'store' | 'read' | 'write' | 'cas' | 'wait'];
  return { text: text?.() ?? `${name}.${access}(${show(first)}) ⇒ ${show(before)}`, change, address, wrote };
}

/** What is done as one step, or goes on by one: then the list is known on which its thread has slept. */
function onceText(layout: WordLayout, { first, second }: Request, isMade: boolean): string {
  const name = layout.names.valueOf(first);
  if (second === 0) return isMade ? `${name}, at once` : name;
  const wait = `${layout.nameOf(layout.ofList(second))}.wait`;
  return isMade ? `${name} goes on after ${wait}` : `${wait}, within ${name}`;
}

/** A step that starts a thread or joins it, or with which such a thread begins or ends. */
function lifeText(
  { access }: Request,
  { thread, isEnd }: NonNullable<ReturnType<WordLayout['lifeAt']>>,
): string {
  if (access === 'await') return isEnd ? `join(${thread + 1})` : 'begins';
  return isEnd ? 'ends' : `start(${thread + 1})`;
}

function saysWait(
  { events }: WordLayout,
  { first, second }: Request,
  before: number,
  show: (word: number) => string,
): string {
  if (before !== first) return ` ⇒ not-equal, it is ${show(before)}`;
  // A wait that has time to sleep names the thread's own word.
  if (second === 0) return ' ⇒ timed-out, at once';
  return events.has(second) ? ' begins' : ', falls asleep';
}

/** A wait by its thread's own word: the thread sleeps, or it does not. */
function waitOf({ events }: WordLayout, sleeper: number): string {
  return events.has(sleeper) ? 'waitAsync' : 'wait';
}

/** What a step goes to: its name, and how what is there is shown. */
function elementOf(
  layout: WordLayout,
  { address, custom }: Pick<Request, 'address' | 'custom'>,
): { readonly name: string; readonly show: (word: number) => string } {
  if (custom instanceof Mixed) return { name: custom.name, show: custom.show };
  return { name: layout.nameOf(address), show: (word) => layout.show(address, word) };
}

/** A step that a thread stands before: `serving.load()`. */
export function showPending(layout: WordLayout, request: Request): string {
  const { access, address, first, second } = request;
  if (access === 'choose') return choiceText(layout, request, null);
  if (access === 'begin' || access === 'retry') return onceText(layout, request, false);
  if (address === layout.clock) return 'a look at the clock';
  const life = layout.lifeAt(address);
  if (life !== null) return lifeText(request, life);
  if (access === 'wake') return `${layout.nameOf(layout.ofList(second))}.${waitOf(layout, address)}`;
  const event = eventText(layout, request, null);
  if (event !== null) return event;
  if (access === 'await') return sleepText(request);
  if (access === 'stuck') return 'a timer or another task of its event loop, and makes no step';
  if (access === 'notify') return `${layout.nameOf(layout.ofList(address))}.notify`;
  const { name, show } = elementOf(layout, request);
  if (access === 'read' || access === 'write') return `${access} ${name}`;
  const method = access === 'cas' ? 'compareExchange' : access;
  const given = access === 'cas' ? `${show(first)}, ${show(second)}` : show(first);
  return `${name}.${method}(${access === 'load' ? '' : given})`;
}

function namesOf(layout: WordLayout, sleepers: Sleepers): string {
  return sleepers.map((sleeper) => `T${layout.threadOf(sleeper) + 1}`).join(', ');
}
