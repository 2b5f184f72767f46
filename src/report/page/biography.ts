import type { MomentView, RunView } from './run-view.ts';
import { slotText } from './slab-picture.ts';

/** As many parts of a biography are told, the last ones. */
const TOLD = 8;

type Shown = Pick<RunView, 'start' | 'changes' | 'steps' | 'operations' | 'words'>;

/** What became of a slot up to a step: its owners, the step that changed it last, since when it is held back, and the value in it. */
export function slotBiography(view: Shown, now: MomentView, step: number, number: number): string {
  const { start, changes, steps } = view;
  const told: string[] = [];
  let slot = start.slots[number - 1];
  let [written, heldSince] = [0, 0];
  for (let at = 0; at <= step; at++) {
    const changed = at === 0 ? slot : changes[at - 1].slots?.find(([place]) => place === number - 1)?.[1];
    if (changed === undefined) continue;
    if (at === 0 || changed.owner !== slot.owner || changed.life !== slot.life)
      told.push(
        `${at === 0 ? 'at the start' : `step ${at}`} ${changed.life} ${changed.owner === 'inHand' ? `in hand of T${changed.by}` : changed.owner}`,
      );
    if (at > 0 && changed.held !== slot.held) heldSince = at;
    if (at > 0) written = at;
    slot = changed;
  }
  const { holds, dummy, held } = now.slots[number - 1];
  const writer = steps[written - 1];
  const parts = [
    slotText(now.slots[number - 1], number),
    writer === undefined ? '' : `Changed last with step ${written}: T${writer.thread} ${writer.label}.`,
    held === '' ? '' : `Held back by ${held} since ${heldSince === 0 ? 'the start' : `step ${heldSince}`}.`,
    holds === '' || dummy ? '' : valueBiography(view, holds, step),
    `So far: ${lastOf(told)}.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** Which operations had to do with a value up to a step; empty if none had. */
function valueBiography({ operations, start }: Shown, value: string, step: number): string {
  const own = operations.filter(({ first }) => first <= step);
  const wasInside = start.slots.some(({ holds, owner }) => holds === value && owner === 'reachable');
  const told = [
    ...(wasInside ? ['inside at the start'] : []),
    ...own.flatMap(({ name, thread, first }) =>
      name.endsWith(`(${value})`) ? [`put in by T${thread}, which began at step ${first}`] : [],
    ),
    ...own
      .flatMap(({ answer, thread, last }) => (answer === value && last !== null ? [{ thread, last }] : []))
      .filter(({ last }) => last <= step)
      .toSorted((one, other) => one.last - other.last)
      .map(({ thread, last }) => `taken out by T${thread} at step ${last}`),
  ];
  return told.length === 0 ? '' : `${value}: ${lastOf(told)}.`;
}

/** What a shared word held up to a step, and which step wrote it last. */
export function wordBiography({ words, steps }: Shown, step: number, place: number): string {
  const { name, holds } = words[place];
  const past = holds.filter(([since]) => since <= step);
  const [since, text] = past[past.length - 1];
  const writer = steps[since - 1];
  const by =
    writer === undefined
      ? 'since the start'
      : `since step ${since}, written by T${writer.thread} (${writer.label})`;
  const told = past.map(([at, held]) => `${at === 0 ? 'at the start' : `step ${at}`} ${held}`);
  return `${name} = ${text} ${by}. So far: ${lastOf(told)}.`;
}

function lastOf(told: readonly string[]): string {
  return (told.length > TOLD ? ['…', ...told.slice(-TOLD)] : told).join(' · ');
}
