import { knownSteps, type Step } from '../laboratory/labels.ts';
import type { StepCard } from '../kernel/step-card.ts';

/** What stands in the holes of a card where it is no run's step that is told. */
const HOLES: Readonly<Record<string, string>> = {
  slot: 'N',
  old: 'OLD',
  new: 'NEW',
  holder: 'HOLDER',
  name: 'the word',
  word: 'WORD',
};

const ACCESS: Readonly<Record<StepCard['access'], string>> = {
  load: 'A read',
  store: 'A write',
  cas: 'A compare-and-swap',
  exchange: 'An exchange',
  add: 'An addition',
  or: 'A setting of bits',
};

/** What a step does, from its card; null if no step has this label, and no card names it as the line that follows. */
export function labelText(asked: string): { readonly label: string; readonly means: string } | null {
  const label = asked.trim().toUpperCase();
  const step = knownSteps().find((each) => each.label === label);
  if (step?.card) return { label, means: stepText(step, step.card) };
  const before = knownSteps().find(({ card }) => card?.moves?.owes === label);
  if (before === undefined) return null;
  return {
    label,
    means: `The line of ${before.file} at which a thread retires the slot that its ${before.label} took out. It is a call of the scheme, and no step of its own.`,
  };
}

function stepText({ file }: Step, card: StepCard): string {
  const reads = card.access === 'load';
  const clauses = [
    card.says,
    ...(card.saysNull === undefined ? [] : [`if the word names no slot: ${card.saysNull}`]),
    ...(card.saysFailed === undefined
      ? []
      : [`if ${reads ? 'the word has changed' : 'it fails'}: ${card.saysFailed}`]),
  ];
  const said = clauses.join('; ').replaceAll(/\{(\w+)\}/g, (_, hole: string) => HOLES[hole] ?? hole);
  return `${ACCESS[card.access]} in ${file}${reads ? ', after which the thread takes for true' : ''}: ${said}.`;
}
