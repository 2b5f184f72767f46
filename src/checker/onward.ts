import { Random } from '../random.ts';
import {
  answerTo,
  blockingWords,
  partsOf,
  type Request,
  waysOf,
  wordAfter,
  wordBefore,
} from '../model/request.ts';
import type { Machine } from '../model/machine.ts';
import type { Answered } from '../model/thread-memory.ts';

/** A step of a thread that runs on, and what its word was. */
export interface OnwardStep {
  readonly next: Request;
  readonly before: number;
}

/** How a thread fares that runs on alone from where an execution has ended. */
export interface Onward {
  readonly thread: number;
  readonly outcome: 'ended' | 'asleep' | 'going';
  /** Where it sleeps, if it does. */
  readonly asleepIn: Request | null;
  /** Steps that it made since then. */
  readonly steps: number;
  /** The latest of them, in order. */
  readonly last: readonly OnwardStep[];
}

/** So many times the step limit is a thread let run on. */
const TIMES = 10;
/** Steps that are kept. */
const MOST_KEPT = 200;

interface Runner {
  readonly thread: number;
  readonly record: Answered[];
  outcome: Onward['outcome'];
  asleepIn: Request | null;
  steps: number;
  last: OnwardStep[];
}

/**
 * Lets the threads that have not ended run on from where a machine stands, on words of their own, until they end, sleep, or have made ten
 * times as many steps as the limit says: by turns, short ones first and of different lengths, so that each sees the others in many places.
 * Choices are answered by chance. So a loop that counts its rounds, or that a thread would end which stood still, is told from one that
 * goes on.
 *
 * @param only the thread that runs; by default all that have not ended
 */
export function runOnward(machine: Machine, only: number | null = null): Onward[] {
  const words = machine.words.slice();
  const most = TIMES * machine.stepLimit;
  const runners = machine.at.flatMap((place, thread): Runner[] => {
    if (place.next === null || (only !== null && thread !== only)) return [];
    const record = machine.trees[thread].recordAt(place);
    return [{ thread, record, outcome: 'going', asleepIn: null, steps: 0, last: [] }];
  });
  const random = new Random(1);
  let longest = runners.length === 1 ? most : 2;
  let goesOn = true;
  while (goesOn) {
    goesOn = false;
    for (const runner of runners) {
      if (runner.outcome === 'ended' || runner.steps >= most) continue;
      const before = runner.steps;
      const upTo = Math.min(most, before + longest - random.below(longest >> 1));
      const ended = runOne(machine, runner, words, upTo, random);
      goesOn ||= ended || runner.steps > before;
    }
    longest = Math.min(most, Math.ceil(longest * 1.25));
  }
  return runners.map(({ record: _record, last, ...fares }) => ({ ...fares, last: last.slice(-MOST_KEPT) }));
}

function runOne(machine: Machine, runner: Runner, words: Int32Array, most: number, random: Random): boolean {
  const { thread, record } = runner;
  const made: Answered[] = [];
  runner.outcome = 'going';
  runner.asleepIn = null;
  // Where its latest step of many accesses has begun.
  let begun = 0;
  const plainRead = (address: number): number => {
    made.push({ to: { access: 'peek', address }, answer: words[address] });
    return words[address];
  };
  const step = (request: Request): number | null => {
    const { access, custom } = request;
    const before = access === 'choose' ? random.below(waysOf(request)) : wordBefore(request, words);
    const blocking = blockingWords(request);
    // Such a step is not made if it would have to wait.
    if (access === 'retry') {
      made.length = begun;
      runner.steps--;
      runner.last.pop();
    }
    if (access === 'begin') begun = made.length;
    if (
      access === 'retry' ||
      blocking?.every((word, i) => i % 2 === 1 || words[word] === blocking[i + 1]) === true
    ) {
      runner.outcome = 'asleep';
      runner.asleepIn = request;
      return null;
    }
    if (runner.steps >= most) return null;
    runner.steps++;
    const after = partsOf(request, wordAfter(request, before));
    for (let i = 0; i < after.length; i += 2) words[after[i]] = after[i + 1];
    custom?.writeOthers(request, before, words, (other, value) => (words[other] = value));
    if (runner.last.length >= 2 * MOST_KEPT) runner.last = runner.last.slice(-MOST_KEPT);
    runner.last.push({ next: request, before });
    const answer = answerTo(request, before);
    made.push({ to: request, answer });
    return answer;
  };
  const { part } = machine.at[thread];
  const ended = machine.trees[thread].runLive(part, record, words, { step, plainRead });
  if (ended) runner.outcome = 'ended';
  record.push(...made);
  return ended;
}
