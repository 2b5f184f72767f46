import * as layout from '../../../src/kernel/layout.ts';
import { showValue } from '../../../src/laboratory/program.ts';
import type { StepRecord } from '../../../src/observe/trace.ts';
import type { ScenarioRun } from '../../../src/scenario/scenario-run.ts';
import type { Truth } from '../truth.ts';
import { VARIABLES } from '../variables.ts';

/** Where a sentence stands: below the row of a step, or of the end of a thread. */
export interface Under {
  readonly truth: Truth;
  readonly run: ScenarioRun;
  /** The last step up to the row. */
  readonly step: number;
}

/** A kind of sentence and the predicate that says whether it is true: groups are those of the pattern. */
export type Sentence = readonly [
  pattern: RegExp,
  isTrue: (groups: readonly string[], under: Under) => boolean,
];

const LETTERS = [...'ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ'];

export function lifeName(slot: number, life: number): string {
  return life === 0 ? String(slot) : `${slot}${LETTERS[life - 1] ?? `^${life}`}`;
}

/** A word as a story writes it. */
export function shown(truth: Truth, address: number, word: number): string {
  if (!truth.isPointer(address)) return String(word);
  const tagged = truth.tagBits > 0 && address !== layout.FREE_TOP;
  return tagged ? `${truth.index(word)}#${truth.tag(address, word)}` : String(truth.index(word));
}

/** `head = 1ᵃ#0`, of a thread's latest read of that variable up to a step. */
export function isBelief(
  truth: Truth,
  thread: number,
  text: string,
  upTo: number,
  readAt: number | null,
): boolean {
  const match = /^(\w+) = (.+)$/.exec(text);
  if (!match) return false;
  const [, variable, value] = match;
  const reads = readAt === null ? truth.readsNow(thread, variable!, upTo) : [truth.step(readAt)];
  // A local variable of a scheme: its read is one of the thread's own.
  if (reads.length === 0)
    return truth.steps.slice(0, upTo).some((step) => step.thread === thread && step.access === 'load');
  return reads.some((read) => isReadAs(truth, thread, { read, variable: variable!, value: value! }, upTo));
}

/** True if a read has filled a variable with what is said, or if it has become that by a later look. */
function isReadAs(
  truth: Truth,
  thread: number,
  { read, variable, value }: { read: StepRecord; variable: string; value: string },
  upTo: number,
): boolean {
  if (read.thread !== thread) return false;
  const { address, before } = read;
  if (VARIABLES[read.label] !== variable) return !(read.label in VARIABLES);
  if (!truth.isPointer(address)) return value === showValue(before) || value === String(before);
  const slot = truth.index(before);
  const tag = truth.tagBits > 0 && address !== layout.FREE_TOP ? `#${truth.tag(address, before)}` : '';
  if (truth.isMarked(address, before) && slot === 0) return value === `${slot}${tag} marked`;
  if (slot === 0 || slot > truth.slots) return [String(slot), 'null', `${slot}${tag}`].includes(value);
  // A second look may have renewed what is known of the life.
  const lives = [
    truth.life(slot, read.step).life,
    ...truth.steps
      .slice(read.step, upTo)
      .filter((step) => step.thread === thread && step.address === address)
      .map((step) => truth.life(slot, step.step).life),
  ];
  return lives.some((life) => value === lifeName(slot, life) + tag);
}

/** The step that a thread made next after a step, or the label that it stopped before. */
export function nextLabel(truth: Truth, of: number, after: number): string | null {
  const next = truth.steps.find((step) => step.thread === of && step.step > after);
  if (next) return next.label;
  const stop = truth.events.find((event) => event.kind === 'stop' && event.thread === of);
  return stop?.kind === 'stop' ? stop.before : null;
}

export function isOut(truth: Truth, slot: number, step: number): boolean {
  return !truth.owners(step).reachable.has(slot);
}

/** The life of a slot when a variable of a thread named it is over after a step. */
export function isOver(truth: Truth, of: number, variable: string, step: number): boolean {
  const read = truth.read(of, variable, step) ?? latest(truth, of, variable, step);
  if (read === undefined) return false;
  const slot = truth.index(read.before);
  const [then, now] = [truth.life(slot, read.step), truth.lifeAfter(slot, step)];
  return then.life !== now.life || then.alive !== now.alive;
}

/** The same where the operation has answered with this very step. */
export function latest(truth: Truth, of: number, variable: string, step: number): StepRecord | undefined {
  return truth.steps
    .slice(0, step)
    .findLast((each) => each.thread === of && VARIABLES[each.label] === variable);
}

export function has(run: ScenarioRun, kind: string, step: number): boolean {
  return run.findings.some((finding) => finding.kind === kind && finding.step === step);
}

export function numbers(text: string): number[] {
  return [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits));
}

/** True if what is said of parts, and of all of them last, is so. */
export function isCount(parts: readonly number[], said: readonly (string | undefined)[]): boolean {
  const all = parts.reduce((sum, each) => sum + each, 0);
  return [...parts, all].every((count, i) => count === Number(said[i]));
}

/** The terms of an equation, counted again. */
export function isEquation(
  said: Readonly<Record<string, string | undefined>>,
  truth: Truth,
  step: number,
): boolean {
  const { reachable, free, retired, parked, inHand } = truth.owners(step);
  const lists = new Set([...retired.values()].flat());
  const parks = truth.holds === layout.HOLDS_PARKED || truth.holds === layout.HOLDS_BATCHES;
  const counted = {
    reachable: reachable.size,
    hand: inHand.size,
    retired: lists.size,
    ...(parks && { parked: new Set([...parked.values()].flat()).size }),
    free: free.size,
    leaked: truth.leaked(step).length,
    slots: truth.slots,
  };
  const { slots, ...owners } = counted;
  const sum = Object.values(owners).reduce((all, count) => all + count, 0) - slots;
  return (
    (said['parked'] !== undefined) === parks &&
    Object.entries(counted).every(([name, count]) => Number(said[name]) === count) &&
    Number(said['twice']) === sum
  );
}

/** Whether a sentence is true; null if no pattern knows it. */
export function truthOf(text: string, sentences: readonly Sentence[], under: Under): boolean | null {
  const { truth, step } = under;
  // Where a thread has the record of another one, sentences about records name both.
  const told = text.replaceAll(/T(\d+) \(record (\d+)\)/g, (all, thread: string, record: string) => {
    const last = truth.steps
      .slice(0, step)
      .findLast((each) => truth.recordOf(each.thread) === Number(record));
    return last?.thread === Number(thread) ? `T${record}` : all;
  });
  const known = sentences.find(([pattern]) => pattern.test(told));
  if (known === undefined) return null;
  const [, ...groups] = known[0].exec(told)!;
  return known[1](groups, under);
}

/** A moment of a story's end: `step 17  T2  A3`. */
export function isMoment(truth: Truth, [at, by, label]: readonly (string | undefined)[]): boolean {
  const made = truth.step(Number(at));
  return made.thread === Number(by) && made.label === label;
}

/** Slots that were allocated and not freed, and allocated ever, by the life of each. */
export function inUse(truth: Truth, step: number): { now: number; ever: number } {
  let [now, ever] = [0, 0];
  for (let slot = 1; slot <= truth.slots; slot++) {
    const { life, alive } = truth.lifeAfter(slot, step);
    ever += life;
    now += Number(alive);
  }
  return { now, ever };
}

/** True of the word of a slot that says its state. */
export function isState(truth: Truth, address: number): boolean {
  const stride = truth.words[0]![layout.H_STRIDE] ?? 1;
  return (address - truth.at(0, 0)) % stride === layout.S_STATE;
}
