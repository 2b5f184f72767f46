import { FREE, HELD, LINKED, RETIRED, S_STATE } from '../../kernel/layout.ts';
import { placeOf } from '../../observe/lives.ts';
import { WordsReplay } from '../../observe/replay-words.ts';
import type { Trace } from '../../observe/trace.ts';
import { Audit } from './audit.ts';
import { geometryOf } from './mark.ts';

/** The states of a slot, by the numbers that its state word has. */
const STATES: Readonly<Record<number, string>> = {
  [FREE]: 'FREE',
  [HELD]: 'HELD',
  [LINKED]: 'LINKED',
  [RETIRED]: 'RETIRED',
};

/** A way from one state of a slot to another one, how often it was gone, and by which steps. */
export interface StateChange {
  readonly from: string;
  readonly to: string;
  readonly times: number;
  /** The labels of the steps after which the state was written, which is a plain access: each once, in the order in which they came. */
  readonly labels: readonly string[];
}

/** Where lives stand when a run ends: slots of one state with one owner. */
export interface StateEnd {
  readonly state: string;
  /** An owner class of the audit, `leaked` for none. */
  readonly owner: string;
  readonly slots: readonly number[];
}

/** The automaton of a slot as a run went through it. */
export interface LifeCycle {
  readonly changes: readonly StateChange[];
  readonly ends: readonly StateEnd[];
}

/** Every write of a state word in a recorded run, and the states and owners of all slots at its end. */
export function lifeCycle(trace: Trace): LifeCycle {
  const replay = new WordsReplay(trace);
  const geometry = geometryOf(replay.words);
  const changes = new Map<string, { from: string; to: string; times: number; labels: string[] }>();
  const note = (from: string, to: string, label: string): void => {
    const known = changes.get(`${from} ${to}`) ?? { from, to, times: 0, labels: [] };
    changes.set(`${from} ${to}`, known);
    known.times++;
    if (!known.labels.includes(label)) known.labels.push(label);
  };
  for (const event of trace.events) {
    if (event.kind !== 'step') continue;
    const before = new Map(
      event.writes.map(([address]): [number, number] => [address, replay.words[address]]),
    );
    for (const [address, value] of event.writes) {
      const place = placeOf(geometry, address);
      if (place === null || place.slot === 0 || place.word !== S_STATE) continue;
      note(stateOf(before.get(address) ?? FREE), stateOf(value), event.label);
      before.set(address, value);
    }
    replay.advance();
  }
  const audit = new Audit(replay.words, replay.recorded());
  const ends = new Map<string, { state: string; owner: string; slots: number[] }>();
  for (let slot = 1; slot <= geometry.slots; slot++) {
    const [owner = 'leaked'] = audit.classesOf(slot);
    const of = stateOf(replay.words[geometry.slot(slot, S_STATE)]);
    const known = ends.get(`${of} ${owner}`) ?? { state: of, owner, slots: [] };
    ends.set(`${of} ${owner}`, known);
    known.slots.push(slot);
  }
  return { changes: [...changes.values()], ends: [...ends.values()] };
}

function stateOf(word: number): string {
  return STATES[word] ?? `state ${word}`;
}
