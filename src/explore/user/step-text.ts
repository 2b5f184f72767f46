import { type Request, wordAfter, writes } from '../../model/local.ts';
import type { Layout, Sleepers } from './layout.ts';

/** A step as people read it, and the change of its word if it wrote one. */
export interface StepText {
  readonly text: string;
  /** `0 → 1`, or empty. */
  readonly change: string;
  /** The declared word that it is about. */
  readonly address: number;
  readonly wrote: boolean;
}

/** What a step did: `next.add(1) ⇒ 0` and `0 → 1`. */
export function showStep(layout: Layout, request: Request, before: number): StepText {
  const { access, first, second } = request;
  if (access === 'wake') {
    const address = layout.ofList(second);
    const result = before === 1 ? 'timed-out' : 'ok';
    return { text: `${layout.nameOf(address)}.wait ⇒ ${result}`, change: '', address, wrote: false };
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
  const name = layout.nameOf(address);
  const show = (word: number): string => layout.show(address, word);
  const wrote = writes(request, before);
  const change = wrote ? `${show(before)} → ${show(wordAfter(request, before))}` : '';
  const text = {
    load: () => `${name}.load() ⇒ ${show(before)}`,
    store: () => `${name}.store(${show(first)})`,
    read: () => `read ${name} ⇒ ${show(before)}`,
    write: () => `write ${name} = ${show(first)}`,
    cas: () =>
      `${name}.compareExchange(${show(first)}, ${show(second)}) ${wrote ? '✓' : `✗ ⇒ ${show(before)}`}`,
    wait: () => `${name}.wait(${show(first)})${saysWait(request, before, show)}`,
  }[access as 'load' | 'store' | 'read' | 'write' | 'cas' | 'wait'];
  return { text: text?.() ?? `${name}.${access}(${show(first)}) ⇒ ${show(before)}`, change, address, wrote };
}

function saysWait({ first, custom }: Request, before: number, show: (word: number) => string): string {
  if (before !== first) return ` ⇒ not-equal, it is ${show(before)}`;
  return custom === null ? ' ⇒ timed-out, at once' : ', falls asleep';
}

/** A step that a thread stands before: `serving.load()`. */
export function showPending(
  layout: Layout,
  { access, address, first, second }: Omit<Request, 'custom'>,
): string {
  if (access === 'wake') return `${layout.nameOf(layout.ofList(second))}.wait`;
  if (access === 'await') return 'a wait on memory of its own, which no other thread knows';
  if (access === 'notify') return `${layout.nameOf(layout.ofList(address))}.notify`;
  if (access === 'read' || access === 'write') return `${access} ${layout.nameOf(address)}`;
  const name = access === 'cas' ? 'compareExchange' : access;
  const given =
    access === 'cas'
      ? `${layout.show(address, first)}, ${layout.show(address, second)}`
      : layout.show(address, first);
  return `${layout.nameOf(address)}.${name}(${access === 'load' ? '' : given})`;
}

function namesOf(layout: Layout, sleepers: Sleepers): string {
  return sleepers.map((sleeper) => `T${layout.threadOf(sleeper) + 1}`).join(', ');
}
