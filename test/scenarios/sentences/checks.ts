import * as layout from '../../../src/kernel/layout.ts';
import { showOperation } from '../../../src/laboratory/program.ts';
import type { ScenarioRun } from '../../../src/scenario/scenario-run.ts';
import type { Truth } from '../truth.ts';
import { numbers } from './sentence.ts';

export function conflictsOf(truth: Truth, step: number): number[] {
  const { reachable, free, retired, parked } = truth.owners(step);
  const lists = new Set([...retired.values()].flat());
  const handOvers = new Set([...parked.values()].flat());
  return Array.from({ length: truth.slots }, (_, i) => i + 1).filter(
    (slot) => [reachable, free, lists, handOvers].filter((owner) => owner.has(slot)).length > 1,
  );
}

/** Slots whose state does not say that they are free, and all lives of all slots, at the end. */
export function inUseAtEnd(truth: Truth): { now: number; ever: number } {
  const words = truth.words.at(-1)!;
  const slots = Array.from({ length: truth.slots }, (_, i) => i + 1);
  const now = slots.filter((slot) => words[truth.at(slot, layout.S_STATE)] !== layout.FREE).length;
  const ever = slots.reduce((sum, slot) => sum + truth.lifeAfter(slot, truth.steps.length).life, 0);
  return { now, ever };
}

/** What threads hold slots back by under a scheme. */
const HOLDERS: Readonly<Record<number, string>> = {
  [layout.HOLDS_HAZARDS]: 'hazards',
  [layout.HOLDS_EPOCHS]: 'pin',
  [layout.HOLDS_ONLINE]: 'announcement',
  [layout.HOLDS_ERAS]: 'eras',
  [layout.HOLDS_INTERVALS]: 'interval',
  [layout.HOLDS_BAGS]: 'pin',
  [layout.HOLDS_PARKED]: 'hazards',
  [layout.HOLDS_RESERVATIONS]: 'reservations',
  [layout.HOLDS_OPERATIONS]: 'operation',
  [layout.HOLDS_COUNTS]: 'claims',
  [layout.HOLDS_BATCHES]: 'list',
};

/** True if these are the words for what a thread holds slots back by, such as `pin`, and it announces something after a step. */
export function isHolder(words: string, by: number, truth: Truth, step: number): boolean {
  if (HOLDERS[truth.words[step]![layout.H_HOLDS]!] !== words) return false;
  // A claim may be on its way to the word that is to announce it, or come from there: an own word of the thread says so.
  const own =
    words === 'claims' ? wordsOnTheWay(by, truth).filter((each) => truth.words[step]![each] !== 0) : [];
  return truth.announced(by, step).length + own.length > 0;
}

/** Where a thread says of which slots a claim of it may be on its way. */
function ownWords(by: number, truth: Truth): number[] {
  const own = truth.recordAddress(by) + layout.R_OWN;
  return Array.from({ length: layout.ON_ITS_WAY }, (_, n) => own + n);
}

/** The words of a record that may speak of a claim on its way: those, and its hands. */
function wordsOnTheWay(by: number, truth: Truth): number[] {
  const record = truth.recordAddress(by);
  const hands = [layout.R_HAND, layout.R_TAKES, layout.R_CHAIN].map((word) => record + word);
  return [...ownWords(by, truth), ...hands];
}

/** The claims that a slot has by its count, whose they are on it, and on slots from which next words lead to it. */
export function areClaims(
  why: string,
  [slot, claims]: readonly [number, number],
  truth: Truth,
  step: number,
): boolean {
  const words = truth.words[step]!;
  const [says, ...since] = why.split('; ');
  const [main, ...lead] = says!.split(/, from (?:each of )?which next words lead to it$/);
  const parts = main!.split(', and ').map((part) => /^(T.+?) holds? (?:it back|slot (\d+))$/.exec(part));
  const leads = (from: number): boolean => {
    for (let at = from, n = 0; at !== 0 && n < truth.slots; n++) {
      if (at === slot) return true;
      at = truth.index(words[truth.at(at, layout.S_NEXT)]!);
    }
    return false;
  };
  const others = parts.filter((part) => part?.[2] !== undefined);
  return (
    words[truth.at(slot, layout.COUNT_WORD)] === 2 * claims &&
    lead.length === (others.length === 0 ? 0 : 1) &&
    says!.includes('from each of which') === others.length > 1 &&
    parts.every((part) => {
      const on = part?.[2] === undefined ? slot : Number(part[2]);
      const isElsewhere = on !== slot && leads(on);
      return (
        part !== null &&
        (part[2] === undefined || isElsewhere) &&
        part[1]!.split(/, | and /).every((each) => isClaimOn(each, on, truth, step))
      );
    }) &&
    since.every((each) => isSince(each, truth, step))
  );
}

/** True if a claim, such as `T1's claim 0`, is on this slot; of one on its way a word of the record has to name it. */
function isClaimOn(text: string, slot: number, truth: Truth, step: number): boolean {
  const [, by, n] = /^T(\d+)'s claim (\d+|on its way)$/.exec(text) ?? [];
  if (by === undefined) return false;
  const record = truth.recordAddress(Number(by));
  const words = truth.words[step]!;
  if (n !== 'on its way') return words[record + layout.R_ANNOUNCE + Number(n)] === slot;
  // The slots behind the first one of a chain in hand are named by next words alone.
  return (
    words[record + layout.R_CHAIN] !== 0 ||
    wordsOnTheWay(Number(by), truth).some((each) => words[each] === slot)
  );
}

export function areHazards(why: string, slot: number, truth: Truth, step: number): boolean {
  const threads = Array.from({ length: truth.words[0]![layout.H_THREADS]! }, (_, i) => i + 1);
  const isReserved = truth.words[step]![layout.H_HOLDS] === layout.HOLDS_RESERVATIONS;
  const naming = threads.flatMap((by) => {
    const base = truth.recordAddress(by);
    const words = truth.words[step]!;
    if (words[base + layout.R_STATUS] === layout.VACANT) return [];
    // With linger=on, of an operation that has ended.
    const lingers =
      words[layout.H_HOLDS] === layout.HOLDS_HAZARDS &&
      words[layout.H_PARAM_1] === 1 &&
      words[base + layout.R_OPERATION] === layout.OP_NONE;
    return Array.from({ length: truth.announcing }, (_, hazard) => hazard)
      .filter((hazard) => words[base + layout.R_ANNOUNCE + hazard] === slot)
      .map((hazard) =>
        isReserved ? `reservation ${hazard - 1}` : `${lingers ? 'lingering ' : ''}hazard ${hazard}`,
      )
      .map((name) => `T${by}'s ${name}`);
  });
  const [says, ...since] = why.split('; ');
  const named = [...says!.matchAll(/T\d+'s (?:(?:lingering )?hazard|reservation) \d+/g)].map(
    ([each]) => each,
  );
  return String(named) === String(naming) && since.every((each) => isSince(each, truth, step));
}

/** The announced eras in which a slot lived, and no others. */
export function areEras(
  why: string,
  slot: number,
  [birth, death]: readonly [number, number],
  truth: Truth,
  step: number,
): boolean {
  const words = truth.words[step]!;
  const threads = Array.from({ length: words[layout.H_THREADS]! }, (_, i) => i + 1);
  const isInterval = words[layout.H_HOLDS] === layout.HOLDS_INTERVALS;
  const holding = threads.flatMap((by) => {
    if (words[truth.recordAddress(by) + layout.R_STATUS] === layout.VACANT) return [];
    const eras = erasOf(truth, by, step);
    const each = eras.map((era) => [era, era]);
    const interval = eras.length === 2 ? [eras] : [];
    return (isInterval ? interval : each)
      .filter(([first, last]) => birth <= last! && first! <= death)
      .map(
        ([first, last]) =>
          `T${by}'s announcement of ${first === last ? `era ${first}` : `the eras ${first} to ${last}`}`,
      );
  });
  const [says, ...since] = why.split('; ');
  const named = [...says!.matchAll(/T\d+'s announcement of (?:era \d+|the eras \d+ to \d+)/g)].map(
    ([each]) => each,
  );
  return (
    words[truth.at(slot, layout.S_BIRTH)] === birth &&
    words[truth.at(slot, layout.S_DEATH)] === death &&
    String(named) === String([...new Set(holding)]) &&
    since.every((each) => isSince(each, truth, step))
  );
}

/** The eras that a record announces, in the order of its words. */
function erasOf(truth: Truth, record: number, step: number): number[] {
  const from = truth.recordAddress(record) + layout.R_ANNOUNCE;
  return [...truth.words[step]!.subarray(from, from + layout.ANNOUNCED)].flatMap((word) =>
    word === 0 ? [] : [(word - 1) / 2],
  );
}

/** `retired at step 32`, `T1's pin has been there since step 2`. */
export function isSince(text: string, truth: Truth, step: number): boolean {
  const [, dead] = /^(T\d.*) (?:is|are) dead, and only an heir can end that$/.exec(text) ?? [];
  if (dead !== undefined)
    return numbers(dead).every(
      (by) => truth.words[step]![truth.recordAddress(by) + layout.R_STATUS]! >= layout.DEAD,
    );
  const match =
    /^(?:retired (?=at|before)|T(\d+)'s (?:pin|announcement(?: of (?:era (\d+)|the eras \d+ to \d+))?|operation|list|claim on its way|(?:lingering )?(hazard|reservation|claim) (\d+)) has been there since )(?:(?:at )?step (\d+)|before the recording)$/.exec(
      text,
    );
  if (!match) return false;
  const [, by, era, what, hazard = '0', at = '0'] = match;
  if (by === undefined) return Number(at) <= step;
  const announce = truth.recordAddress(Number(by)) + layout.R_ANNOUNCE;
  const stands = (address: number): boolean =>
    truth.words.slice(Number(at)).every((words) => words[address] === truth.words[step]![address]);
  if (text.includes('on its way'))
    return wordsOnTheWay(Number(by), truth).some((each) => truth.words[step]![each] !== 0 && stands(each));
  if (text.includes("'s list ")) return isInsideSince(truth, Number(by), Number(at), step);
  if (era !== undefined) {
    const announces = 2 * Number(era) + 1;
    const ends = Array.from({ length: layout.ANNOUNCED }, (_, n) => announce + n);
    return ends.some((each) => truth.words[step]![each] === announces && stands(each));
  }
  if (!text.includes('announcement'))
    return stands(announce + Number(hazard) + (what === 'reservation' ? 1 : 0));
  const addresses = Array.from({ length: layout.ANNOUNCED }, (_, n) => announce + n);
  const written = addresses.filter((each) => truth.words[step]![each] !== 0);
  // An interval is there since both of its ends are. An era is one of several words, and the sentence does not say which.
  return truth.words[step]![layout.H_HOLDS] === layout.HOLDS_INTERVALS
    ? written.every(stands)
    : written.some(stands);
}

/** True if a thread has been inside with a list since that step, whatever came on it; or has had the rest of the list since then. */
function isInsideSince(truth: Truth, by: number, since: number, step: number): boolean {
  const record = truth.recordAddress(by);
  const words = truth.words[step]!;
  const address = record + (words[record + layout.R_ANNOUNCE] === 0 ? layout.BATCH_LEFT : layout.R_ANNOUNCE);
  const was = (at: number): boolean => truth.words[at]![address] !== 0;
  const all = Array.from({ length: step - since + 1 }, (_, n) => since + n);
  return all.every(was) && (since === 0 || !was(since - 1));
}

/** Each trial by its own record: no damage where it stopped it, and the step came out as is said. */
export function areTrials(list: string, stops: boolean, run: ScenarioRun): boolean {
  return list.split(' · ').every((each) => {
    const [, names, text] =
      /^((?:[a-z-]+(?::[a-z]+=\d+(?:,[a-z]+=\d+)*)?|without the variant)(?:, (?:[a-z-]+(?::[a-z]+=\d+(?:,[a-z]+=\d+)*)?|without the variant))*): (.+)$/.exec(
        each,
      ) ?? [];
    if (names === undefined) return false;
    return names.split(/, (?=[a-z])/).every((name) => {
      const trial = run.trials.find(({ spec, withoutVariant }) =>
        name === 'without the variant' ? withoutVariant : spec === name && !withoutVariant,
      );
      if (trial === undefined || (trial.stops || trial.onlyOther) !== stops) return false;
      const [other] = trial.performed.findings;
      if (trial.onlyOther)
        return (
          text ===
          `not this one, but ${other!.kind} at step ${other!.step}, by T${other!.thread}'s ${other!.label}`
        );
      if (!stops) return text === [...new Set(trial.performed.findings.map(({ kind }) => kind))].join(', ');
      const values = trial.performed.trace.events.flatMap((event) =>
        event.kind === 'return' && event.name === 'dequeue' && event.value !== null ? [event.value] : [],
      );
      if (new Set(values).size !== values.length) return false;
      const [, label, verb] = /^(\w+) (succeeds|fails), /.exec(text!) ?? [];
      return (
        label === undefined ||
        trial.performed.trace.events.some(
          (event) => event.kind === 'step' && event.label === label && event.ok === (verb === 'succeeds'),
        )
      );
    });
  });
}

/** How many slots were retired and are not free again: on a list, or by their state and neither in the queue nor free. */
export function unreclaimedIn(truth: Truth, step: number): number {
  const { reachable, free, retired, parked } = truth.owners(step);
  const lists = new Set([...retired.values(), ...parked.values()].flat());
  const words = truth.words[step]!;
  return Array.from({ length: truth.slots }, (_, i) => i + 1).filter(
    (slot) =>
      lists.has(slot) ||
      (words[truth.at(slot, layout.S_STATE)] === layout.RETIRED && !reachable.has(slot) && !free.has(slot)),
  ).length;
}

/** What a thread was still in, and what it did not come to, by its own listed operations and the answers that it has. */
export function isLeft(
  truth: Truth,
  run: ScenarioRun,
  told: Readonly<Record<'by' | 'within' | 'before' | 'why', string | undefined>>,
): boolean {
  const { by, within, before, why } = told;
  const thread = Number(by);
  const listed = run.program.threads[thread - 1]!.map(showOperation);
  const begun = truth.events.filter((event) => event.kind === 'invoke' && event.thread === thread).length;
  const answered = truth.events.filter((event) => event.kind === 'return' && event.thread === thread).length;
  const [names, more] = (before ?? '').split(/ and (?=[\d,]+ more operations?$)/);
  const rest = names === '' ? [] : names!.split(' ');
  const stop = truth.events.find((event) => event.kind === 'stop' && event.thread === thread);
  const killed = stop?.kind === 'stop' && stop.reason === 'killed';
  return (
    rest.length + Number(/\d+/.exec(more ?? '0')![0]) === listed.length - begun &&
    rest.every((name, i) => name === listed[begun + i]) &&
    (within === undefined || (begun === answered + 1 && within === listed[begun - 1])) &&
    killed === (why === 'it was terminated') &&
    (run.stopped === null || killed) === !/the run|followed/.test(why!)
  );
}

/** True if a thread is in this phase and reserves just these slots. */
export function isPhase(truth: Truth, of: number, step: number, phase: string, listed = ''): boolean {
  const words = truth.announced(of, step);
  const phases = { quiet: 0, reading: -1, writing: -2, neutralized: -3 };
  const reserved = [...new Set(words.filter((word) => word > 0))];
  const is = words.find((word) => word < 0) ?? 0;
  return is === phases[phase as keyof typeof phases] && String(reserved) === String(numbers(listed));
}

/** True if the words of a thread announce just these slots, these eras, this interval, or one end of one. */
export function isAnnounced(truth: Truth, of: number, step: number, what: string, listed: string): boolean {
  const words = truth.announced(of, step);
  const isInterval = truth.words[step]![layout.H_HOLDS] === layout.HOLDS_INTERVALS;
  if (isInterval && what.startsWith('one end') !== (words.length === 1)) return false;
  const each = what.endsWith('era') ? words.map((word) => word >>> 1) : words;
  return String([...new Set(each)]) === String(numbers(listed));
}
