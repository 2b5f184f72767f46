import { withCommas } from '../counted.ts';
import { MOST_PLAIN } from '../engines/controlled.ts';
import { labelOf } from '../laboratory/labels.ts';
import type { Finding } from '../observe/trace.ts';
import { isStep, type Request, showRequest } from '../model/request.ts';
import type { ThreadState } from '../model/thread-state.ts';
import type { Machine } from '../model/machine.ts';

/** A step that a thread made, with what it was answered, as text. */
interface Made {
  readonly request: Request;
  readonly answer: number;
}

/** How notes call a word, and what it holds, by its address. */
export interface WordsShown {
  readonly nameOf: (address: number) => string;
  readonly show: (address: number, word: number) => string;
}

/** So many equal rounds are enough to say that the next is equal too. */
const ROUNDS = 2;

/**
 * What is wrong with an execution that has not ended: threads that go round a loop forever, since they were stopped at the step limit or
 * at a loop that waits for a word that nobody will write, and threads that wait forever. A thread that was stopped at the limit and has
 * not gone round is no finding: who knows where it would go.
 */
export function endlessThreads(machine: Machine, { nameOf, show }: WordsShown): Finding[] {
  const findings: Finding[] = [];
  const waiting: string[] = [];
  for (const [thread, place] of machine.at.entries()) {
    if (!isStep(place.next) || machine.isDead(thread)) continue;
    const { access, address } = place.next;
    const isWaiting = machine.isBlocked(thread);
    if (isWaiting && access === 'await') {
      waiting.push(
        `T${thread + 1} waits for a change of ${nameOf(address)}, which is ${show(address, machine.words[address])}`,
      );
      continue;
    }
    if (access === 'stuck') {
      findings.push(stuckIn(thread + 1, place, nameOf(address)));
      continue;
    }
    const round = lastRound(place);
    if (round === null) continue;
    findings.push({
      kind: 'livelock',
      step: null,
      thread: thread + 1,
      label: nameOfStep(place.next, nameOf),
      note: `T${thread + 1} goes round a loop forever: ${roundText(round, { nameOf, show })}.`,
    });
  }
  // A thread that waits for one that goes round a loop is not what is wrong.
  if (waiting.length > 0 && findings.length === 0) {
    findings.push({
      kind: 'deadlock',
      step: null,
      thread: null,
      label: null,
      note: `${waiting.join('; ')}.`,
    });
  }
  return findings;
}

/** A loop of plain accesses: no step of another thread comes between them, so nothing ends it. */
function stuckIn(thread: number, { parent, steps }: ThreadState, word: string): Finding {
  const last = lastStepBefore(parent);
  const after = last === null ? 'before its first step' : `after ${labelOf(last.step)}, its step ${steps}`;
  return {
    kind: 'livelock',
    step: null,
    thread,
    label: last === null ? null : labelOf(last.step),
    note: `T${thread} goes round in plain accesses ${after}: it made ${withCommas(MOST_PLAIN)} of them and no step, the last one of ${word}.`,
  };
}

function lastStepBefore(place: ThreadState | null): Request | null {
  for (let at = place; at !== null; at = at.parent) if (isStep(at.next)) return at.next;
  return null;
}

/** The shortest round that the thread's latest steps have repeated, from where it was first begun; null if there is none. */
function lastRound(place: ThreadState): readonly Made[] | null {
  const made: Made[] = [];
  for (let at = place; at.parent !== null; at = at.parent) {
    if (isStep(at.parent.next)) made.push({ request: at.parent.next, answer: at.given });
  }
  made.reverse();
  for (let length = 1; length * ROUNDS <= made.length; length++) {
    let from = made.length - length;
    while (from > 0 && isSame(made[from - 1], made[from - 1 + length])) from--;
    if (made.length - from >= length * ROUNDS) return made.slice(from, from + length);
  }
  return null;
}

function isSame(one: Made, other: Made): boolean {
  const [a, b] = [one.request, other.request];
  return (
    one.answer === other.answer &&
    a.step === b.step &&
    a.access === b.access &&
    a.address === b.address &&
    a.first === b.first &&
    a.second === b.second
  );
}

function roundText(round: readonly Made[], { nameOf, show }: WordsShown): string {
  return round
    .map(({ request, answer }) => `${nameOfStep(request, nameOf)}${answerText(request, answer, show)}`)
    .join(', ');
}

function nameOfStep(request: Request, nameOf: (address: number) => string): string {
  const { step, access, address } = request;
  return step === 0 ? showRequest(request) : `${labelOf(step)} ${access} ${nameOf(address)}`;
}

function answerText({ access, address, first }: Request, answer: number, show: WordsShown['show']): string {
  if (access === 'store') return '';
  const isFailure = access === 'cas' && answer !== first;
  return ` ${isFailure ? 'fails on' : 'finds'} ${show(address, answer)}`;
}
