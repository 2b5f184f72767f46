import { scenarios } from '../../../scenarios/index.ts';
import { isLabel, knownSteps } from '../../laboratory/labels.ts';
import { loadVariant } from '../../laboratory/participant.ts';
import { schemes } from '../../laboratory/registry.ts';
import { listed } from '../../counted.ts';
import { type Entry, entryText, glossary, glossaryText, lookUpAll } from '../../report/text/glossary-text.ts';
import { command, type Command } from '../arguments/command.ts';

export const explain: Command = command({
  name: 'explain',
  summary: 'Defines a word that the lab uses, or a label such as D13; or lists all words.',
  about: 'Output, help and documents use every word in the sense that is given here.',
  positionals: [
    { name: 'word', help: 'Such as slot, "grace period", ABA or D13.', optional: true, many: true },
  ],
  options: {},
  examples: [
    ['lockfree-lab explain', 'All words by subject.'],
    ['lockfree-lab explain grace period', 'One of them.'],
    ['lockfree-lab explain D13', 'What a step does, by its label.'],
  ],
  run: async ({ print, style }, _options, words) => {
    if (words.length === 0) {
      print(glossaryText(style));
      return { broken: false, document: { words: glossary } };
    }
    for (const word of words) await learnLabel(word.trim().toUpperCase());
    const found = casesNamed(words.join(' ')) ?? lookUpAll(words);
    print(found.map((entry) => entryText(entry, style)).join('\n\n'));
    return { broken: false, document: found.length === 1 ? { ...found[0] } : { words: found } };
  },
});

/** What the name of a case stands for, where it is not the name of its scheme, in each scenario that has one of that name; null if none has. */
function casesNamed(word: string): Entry[] | null {
  const name = word.trim().toLowerCase();
  if (schemes.some(({ ID }) => ID === name)) return null;
  const places = new Map<string, string[]>();
  for (const { number, id, cases } of scenarios) {
    for (const { key, spec, variantIs } of cases) {
      if (key !== name) continue;
      const what = spec.startsWith('file:') ? 'a scheme of its own' : spec;
      const means = `${what}${variantIs === undefined ? '' : `, with ${variantIs}`}`;
      places.set(means, [...(places.get(means) ?? []), `${String(number).padStart(2, '0')} ${id}`]);
    }
  }
  if (places.size === 0) return null;
  const means = [...places].map(([what, where]) => `${what}, in ${listed(where)}`).join('; ');
  return [
    { word: name, subject: 'Cases of scenarios', means: `Names a case: ${means}.`, also: [], see: ['case'] },
  ];
}

/** A label that no step of the lab has may be that of a scenario's variant, whose file is read when it is asked for. */
async function learnLabel(label: string): Promise<void> {
  const isKnown = (): boolean =>
    knownSteps().some((step) => step.label === label || step.card?.moves?.owes === label);
  if (!isLabel(label)) return;
  const variants = scenarios.flatMap(({ variant, cases }) => [variant, ...cases.map((each) => each.variant)]);
  for (const url of new Set(variants)) {
    if (isKnown()) return;
    if (url !== undefined) await loadVariant(url);
  }
}
