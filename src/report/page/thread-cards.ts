import { type Html, markup } from '../../markup.ts';
import type { BeliefView, MomentView, RunView, ThreadView } from './run-view.ts';

const STATES: Readonly<Record<ThreadView['state'], string>> = {
  between: 'between two operations',
  inside: 'in',
  done: 'has done all',
  stands: 'stands still',
  ended: 'ended for good',
};

/** What each thread is in, what its next step is, and what it takes for true. */
export function threadCards({ threads }: Pick<RunView, 'threads'>, moment: MomentView): Html {
  return markup`<div class="threads">${moment.threads.map((thread, i) => card(thread, i + 1, threads[i]))}</div>`;
}

function card(
  { inside, state, next, beliefs, announces, answers }: ThreadView,
  number: number,
  program: string,
): Html {
  const where = inside === '' ? STATES[state] : `in ${inside}${state === 'stands' ? ', stands still' : ''}`;
  const known = beliefs.map((belief) => beliefMarkup(belief));
  return markup`<section class="thread" aria-label="Thread ${number}"><h4>T${number} <span class="faint">${where}${next === '' ? '' : `, next ${next}`}</span></h4><ul class="beliefs">${known.length === 0 ? markup`<li class="faint">believes nothing</li>` : known}</ul>${
    announces !== '' && markup`<p class="announces">${announces}</p>`
  }<p class="faint">${answers.length === 0 ? program.replace(/^T\d+ +/, 'will do: ') : answers.join(' · ')}</p></section>`;
}

const NOW: Readonly<Record<BeliefView['now'], string>> = {
  so: '',
  changed: 'changed since',
  freed: 'freed since',
  'another life': 'another life now',
};

function beliefMarkup({ text, step, now }: BeliefView): Html {
  return markup`<li class="b-${now.replace(' ', '-')}"><code>${text}</code> <span class="faint">since step ${step}</span>${
    now !== 'so' && markup` <strong>${NOW[now]}</strong>`
  }</li>`;
}
