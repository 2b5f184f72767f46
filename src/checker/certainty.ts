import { counted, withCommas } from '../counted.ts';
import type { Chance, Passed } from './types.ts';

/** What is proved by an exploration that found nothing, and what is only likely: a sentence for each. */
export function certaintyOf({
  executions,
  complete,
  cut,
  preemptions,
  chance,
  symmetric,
}: Pick<Passed, 'executions' | 'complete' | 'cut' | 'preemptions' | 'chance' | 'symmetric'>): string {
  const groups = symmetric.map((group) => group.map((number) => `T${number}`).join(', '));
  const upTo = groups.length === 0 ? '' : ` up to symmetry (${groups.join('; ')} run the same code)`;
  const explored = `${counted(executions, 'execution was', 'executions were')} explored${upTo}`;
  if (complete && preemptions === null) return `Proved for this program: ${explored}, and none was left out.`;
  const sentences = [`Not proved: ${explored}, and there are more.`];
  if (complete) sentences[0] = `Proved up to ${counted(preemptions ?? 0, 'preemption')}: ${explored}.`;
  else if (preemptions !== null)
    sentences.push(
      `Proved: nothing is wrong in any execution with ${preemptions === 0 ? 'no preemption' : `up to ${counted(preemptions, 'preemption')}`}.`,
    );
  if (cut > 0) sentences.push(`${counted(cut, 'execution was', 'executions were')} not followed to the end.`);
  if (chance !== null) sentences.push(likely(chance));
  return sentences.join(' ');
}

function likely({ strategy, runs, seed, depth, rate, formula, missed }: Chance): string {
  const made = `Likely only: nothing was wrong in ${counted(runs, 'execution')} that ${strategy} chose with seed ${seed}`;
  if (rate === null || missed === null) return `${made}, which promises nothing.`;
  return (
    `${made}. A failure that takes ${counted(depth, 'order')} of two steps is shown by at least one in ${withCommas(Math.round(1 / rate))} on average (${formula}), ` +
    `so that all have missed it with a probability of ${shown(missed)} at most.`
  );
}

/** A probability, rounded up. */
function shown(probability: number): string {
  if (probability < 0.0001) return '0.01 %';
  return `${Number((Math.ceil(probability * 10_000) / 100).toFixed(2))} %`;
}
