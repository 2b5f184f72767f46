import { counted } from '../counted.ts';
import { kernelModel } from '../explore/kernel-model.ts';
import { explore } from '../explore/explore.ts';
import { loadVariant } from '../laboratory/participant.ts';
import { model } from '../model/engine.ts';
import { type Freed, freedIn } from '../observe/lives.ts';
import { touchedBy } from '../observe/touched.ts';
import { caseFor, runScenario, type ScenarioRun } from '../scenario/scenario-run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Exercise, Question, StopBefore } from './exercise.ts';
import { positionAfter } from './game.ts';
import { shortestWay } from './way.ts';

/** What became of an answer. */
export interface Judged {
  readonly isRight: boolean;
  /** What was seen, in one sentence. It does not give the right answer away. */
  readonly seen: string;
}

/** A search for an exercise lasts no longer. */
const SECONDS = 60;

/** The answer to a question, by running or exploring it. */
async function truthOf(scenario: Scenario, question: Question): Promise<string> {
  switch (question.kind) {
    case 'step':
      return stepOutcome(await runOf(scenario, question), question.step);
    case 'answer':
      return answerTo(await runOf(scenario, question), question.operation);
    case 'leaked':
      return String((await runOf(scenario, question)).audit.leaked);
    case 'unreclaimed':
      return String((await runOf(scenario, question)).peaks.unreclaimed);
    case 'touched': {
      const { trace, audit } = await runOf(scenario, question);
      return String(touchedBy(trace, audit.geometry, Infinity).slots);
    }
    case 'freed': {
      const { lives, audit } = await runOf(scenario, question);
      const { by, retiredBy } = question;
      const isCounted = (each: Freed): boolean => each.by === by && each.retiredBy === retiredBy;
      return String(freedIn(lives, audit.slots).filter(isCounted).length);
    }
    case 'damage':
      return (await runOf(scenario, question)).findings[0]?.kind ?? 'none';
    case 'reachable': {
      const { program, scheme, slots, goal, preemptions } = question;
      const limits = { preemptions, seconds: SECONDS };
      const found = shortestWay(await kernelModel(program, scheme, { slots }), goal, [], limits);
      if (found.way === null && !found.complete && found.preemptions < preemptions)
        throw new Error(`The search for "${program}" did not end within ${SECONDS} seconds.`);
      return found.way === null ? 'no' : 'yes';
    }
  }
}

async function runOf(
  scenario: Scenario,
  { case: key, schedule }: { readonly case: string; readonly schedule?: string },
): Promise<ScenarioRun> {
  return runScenario(model, scenario, await caseFor(scenario, key), {
    trials: false,
    ...(schedule !== undefined && { schedule, until: 'end' }),
  });
}

function stepOutcome({ trace: { events } }: ScenarioRun, step: string): string {
  const [, thread, op, label] = /^T(\d+)\.op(\d+)\.(\w+)$/.exec(step) ?? [];
  const made = events.find(
    (event) =>
      event.kind === 'step' &&
      event.thread === Number(thread) &&
      event.op === Number(op) &&
      event.label === label,
  );
  if (made?.kind !== 'step') return 'is not made';
  return made.ok === true ? 'succeeds' : 'fails';
}

function answerTo({ trace: { events } }: ScenarioRun, operation: string): string {
  const [, thread, op] = /^T(\d+)\.op(\d+)$/.exec(operation) ?? [];
  const answer = events.find(
    (event) => event.kind === 'return' && event.thread === Number(thread) && event.op === Number(op),
  );
  return answer?.kind === 'return' ? answer.outcome : 'no answer';
}

/** Judges what was answered to an exercise: a word or a number, a schedule, or the URL of a module. */
export async function judgeAnswer(scenario: Scenario, exercise: Exercise, given: string): Promise<Judged> {
  switch (exercise.kind) {
    case 'predict': {
      const truth = await truthOf(scenario, exercise.question);
      const isRight = plain(given) === plain(truth);
      return { isRight, seen: isRight ? `It is "${truth}".` : `It is not "${given.trim()}".` };
    }
    case 'schedule':
      return judgeSchedule(scenario, exercise, given);
    case 'repair':
      return judgeRepair(scenario, exercise, given);
  }
}

function plain(text: string): string {
  return text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
}

async function judgeSchedule(
  scenario: Scenario,
  { case: key, goal, preemptions: most, stops }: Extract<Exercise, { readonly kind: 'schedule' }>,
  schedule: string,
): Promise<Judged> {
  const game = { scenario, case: await caseFor(scenario, key), goal, level: null };
  const { run, reached, preemptions } = await positionAfter(game, schedule);
  if (reached === null) return { isRight: false, seen: 'The schedule does not come to that.' };
  if (stops !== undefined && !isStoppedBefore(run, stops))
    return {
      isRight: false,
      seen: `It comes to that, but T${stops.thread} is not stopped before ${stops.before}.`,
    };
  const count = counted(preemptions, 'preemption');
  if (preemptions > most)
    return { isRight: false, seen: `It comes to that with ${count}, and ${most} are allowed.` };
  return { isRight: true, seen: `It comes to that at step ${reached}, with ${count}.` };
}

/** True if the first step that a thread makes after it was interrupted has this label. */
function isStoppedBefore({ trace: { events } }: ScenarioRun, { thread, before }: StopBefore): boolean {
  const steps = events.filter((event) => event.kind === 'step');
  const last = steps.findIndex((step, i) => step.thread === thread && steps[i + 1]?.thread !== thread);
  return steps.slice(last + 1).find((step) => step.thread === thread)?.label === before;
}

async function judgeRepair(
  scenario: Scenario,
  { program, scheme, slots, keeps }: Extract<Exercise, { readonly kind: 'repair' }>,
  url: string,
): Promise<Judged> {
  const repaired = { ...scenario, variant: url };
  const each = { ...(await caseFor(scenario, scheme)), variant: url };
  const run = await runScenario(model, repaired, each, { trials: false });
  const outcome = answerTo(run, keeps.operation);
  if (outcome !== keeps.outcome) {
    return {
      isRight: false,
      seen: `${keeps.operation} is to come to "${keeps.outcome}" as before, and comes to "${outcome}".`,
    };
  }
  // What its operations may answer is what those of the scenario may, whatever the module says.
  const own = scenario.variant === undefined ? {} : await loadVariant(scenario.variant);
  const variant = { ...(await loadVariant(url)), contracts: own.contracts ?? {} };
  const { executions, bad, complete, findings } = await explore(program, each.spec, {
    slots,
    variant,
    mayThrow: true,
    maxSeconds: SECONDS,
  });
  const isRight = complete && bad === 0;
  const kinds = [...new Set(findings.map(({ kind }) => kind))].join(', ');
  return {
    isRight,
    seen:
      bad === 0
        ? `None of ${executions} executions of ${program} is damaged${complete ? '' : ', and the search did not end'}.`
        : `${bad} of ${executions} executions of ${program} are damaged: ${kinds}.`,
  };
}
