import { ALSO, type Entry, glossary, lookUp } from './text/glossary-text.ts';

/** Words that mean something else in a plain sentence more often than not: they are explained where somebody asks for them. */
export const UNEXPLAINED: ReadonlySet<string> = new Set([
  'bad',
  'bottom',
  'class',
  'collector',
  'complete',
  'empty',
  'full',
  'holding',
  'leave',
  'ticket',
  'told',
  'safe bit',
  'word',
  'unit',
  'card',
  'task',
  'job',
  'count',
  'inside',
  'state',
  'bits',
  'HELD',
  'abort',
  'contains',
  'insert',
  'intends',
  'remove',
  'safe',
  'segments',
  'sound',
  'unsafe',
  'LINKED',
]);

/** The label of a step. */
const LABEL = String.raw`[A-Z]{1,2}\d{1,2}`;

const names: readonly string[] = [...glossary.map(({ word }) => word), ...Object.keys(ALSO)].filter(
  (name) => name.length > 2 && !UNEXPLAINED.has(name),
);

/** Every word that has an entry, the longest first, in the singular and the plural, and the labels of steps. */
const WORDS: RegExp = new RegExp(
  `(?<![\\w-])(?:${names
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('|')})(?:e?s)?(?![\\w-])|(?<![\\w#])${LABEL}(?!\\w)`,
  'gi',
);

/** The entry of a word or a label as it stands in a text; null if it has none. */
function entryOf(found: string): Entry | null {
  // A label is written in capitals; what looks like one in small letters is part of a program.
  if (/^[a-z]{1,2}\d{1,2}$/.test(found)) return null;
  try {
    return lookUp(found);
  } catch {
    return null;
  }
}

/** The word of the glossary at a place of a text, or the label of a step there; null if there is none. */
export function entryAt(text: string, place: number): Entry | null {
  for (const match of text.matchAll(WORDS)) {
    const [found] = match;
    if (match.index > place) return null;
    if (place <= match.index + found.length) return entryOf(found);
  }
  return null;
}

/** The words of a text that have an entry, each once, in the order of the alphabet. */
export function entriesIn(text: string): Entry[] {
  const found = new Set<string>();
  for (const [word] of text.matchAll(WORDS)) found.add(word);
  const entries = new Map<string, Entry>();
  for (const word of found) {
    const entry = entryOf(word);
    if (entry !== null) entries.set(entry.word, entry);
  }
  return [...entries.values()].toSorted((a, b) => a.word.localeCompare(b.word, 'en'));
}
