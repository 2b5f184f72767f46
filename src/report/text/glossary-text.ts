import { schemes } from '../../laboratory/registry.ts';
import { MEASURING, WORKLOAD_NAMES, WORKLOADS } from '../../bench/workloads.ts';
import { UsageError } from '../../errors.ts';
import { strategies } from '../../search/strategies/all.ts';
import { DAMAGE } from '../../observe/trace.ts';
import { closest } from '../../suggest.ts';
import { hang, wrap } from './columns.ts';
import { GLOSSARY } from '../glossary.ts';
import type { Style } from './style.ts';
import { knownSteps, type Step } from '../../laboratory/labels.ts';
import { structures } from '../../laboratory/structures.ts';
import type { StepCard } from '../../kernel/step-card.ts';
import { sourceOf } from '../../scenario/scenario.ts';

/** A word with its definition. */
export interface Entry {
  readonly word: string;
  readonly subject: string;
  readonly means: string;
  /** Its other names. */
  readonly also: readonly string[];
  /** The words with an entry that the definition uses, in the order of the list. */
  readonly see: readonly string[];
}

/** Other names of the words. */
export const ALSO: Readonly<Record<string, string>> = {
  CAS: 'compare-and-swap',
  compareExchange: 'compare-and-swap',
  recycle: 'reuse',
  next: 'link',
  pointer: 'pointer word',
  index: 'slot',
  dummy: 'dummy node',
  MSQ: 'Michael-Scott queue',
  queue: 'Michael-Scott queue',
  'H/T': 'Head',
  stack: 'Treiber stack',
  garbage: 'unreclaimed',
  'limbo list': 'retired list',
  limbo: 'retired list',
  announce: 'announcement',
  grace: 'grace period',
  quiescent: 'quiescent state',
  stalled: 'stall',
  dead: 'dead thread',
  killed: 'dead thread',
  crashed: 'dead thread',
  broken: 'as claimed',
  orphan: 'orphaned slot',
  worker: 'thread',
  executions: 'execution',
  dereference: 'stale read',
  unpin: 'pin',
  'Mops/s': 'throughput',
  near: 'round trip',
  far: 'round trip',
  disturbed: 'round trip',
  e: 'enqueue',
  d: 'dequeue',
  i: 'isEmpty',
  enqueueMany: 'batch',
  dequeueMany: 'batch',
  enqueueChain: 'chain',
  dequeueChain: 'chain',
  mix: 'workload',
  atomics: 'engine',
  wasm: 'engine',
  stepped: 'engine',
  mixed: 'engine',
  'wasm-batched': 'engine',
  'wasm-chained': 'engine',
  'atomics-batched': 'engine',
  'atomics-chained': 'engine',
  model: 'engine',
  outcome: 'verdict',
  parameters: 'spec',
  bits: 'tag',
  HELD: 'state',
  LINKED: 'state',
  eras: 'era',
  lingering: 'linger',
  lingers: 'linger',
  claimed: 'cell',
  reserved: 'reservation',
  'held back': 'hold back',
  robustness: 'robust',
  'gives up': 'ERA theorem',
  intends: 'intent',
  unsafe: 'safe',
  'safe bit': 'safe',
  'marked node': 'mark',
  bottom: 'deque',
  ticket: 'position',
  collector: 'collection',
  ...Object.fromEntries(structures.map(({ ID, TITLE }) => [ID, TITLE])),
};

/** What is defined in the code itself: damage, schemes, strategies and workloads. */
const DERIVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Measuring: MEASURING,
  'Kinds of damage': DAMAGE,
  Structures: Object.fromEntries(
    structures.map(({ TITLE, IDEA, PAPER }) => [TITLE, `${IDEA} Source: ${PAPER}.`]),
  ),
  Schemes: Object.fromEntries(schemes.map(({ ID, IDEA }) => [ID, IDEA])),
  'Strategies of the explorer': Object.fromEntries(strategies.map(({ id, about }) => [id, about])),
  Workloads: Object.fromEntries(
    WORKLOAD_NAMES.map((name) => [name, `In this workload ${WORKLOADS[name].about}.`]),
  ),
};

/** All words, by subject. */
export const glossary: readonly Entry[] = entries();

function entries(): Entry[] {
  const all = Object.entries({ ...GLOSSARY, ...DERIVED }).flatMap(([subject, words]) =>
    Object.entries(words).map(([word, means]) => ({ word, subject, means })),
  );
  const names = Object.entries(ALSO);
  return all.map((entry) => ({
    ...entry,
    also: names.flatMap(([name, word]) => (word === entry.word ? [name] : [])),
    // Each word is looked for in each text, which took a third of the time in which a command loads: so only where it is shown.
    get see() {
      return all.filter(({ word }) => word !== entry.word && uses(entry.means, word)).map(({ word }) => word);
    },
  }));
}

const patterns = new Map<string, RegExp>();

/** Whether a text has the word, in the singular or the plural. */
function uses(text: string, word: string): boolean {
  let pattern = patterns.get(word);
  if (pattern === undefined)
    patterns.set(word, (pattern = new RegExp(`(?<![\\w-])${word}(?:e?s)?(?![\\w-])`, 'i')));
  return pattern.test(text);
}

/**
 * The entry of a word, of one of its other names, or of the label of a step, whatever its case and in the plural too. Throws a UsageError.
 */
export function lookUp(asked: string): Entry {
  const entry = find(asked);
  if (entry) return entry;
  throw new UsageError(
    `The glossary has no word "${asked}"${closest(asked, names)}: lockfree-lab explain lists its words.`,
  );
}

const names: readonly string[] = [...glossary.map(({ word }) => word), ...Object.keys(ALSO)];

function find(asked: string): Entry | null {
  const wanted = plain(asked);
  const name =
    names.find((each) => plain(each) === wanted) ?? names.find((each) => plain(each) === singular(wanted));
  const word = name === undefined ? undefined : (ALSO[name] ?? name);
  const entry = glossary.find((each) => each.word === word);
  if (entry) return entry;
  const step = labelText(asked);
  if (step === null) return null;
  const see = ['label', ...(step.means.includes(LINEARIZES) ? [LINEARIZES] : [])];
  return { word: step.label, subject: 'Steps', means: step.means, also: [], see };
}

/** The entry of several words together, as "grace period"; else those of each. Throws a UsageError. */
export function lookUpAll(words: readonly string[]): Entry[] {
  const together = find(words.join(' '));
  return together && words.length > 1 ? [together] : words.flatMap((word) => meanings(word));
}

/** What an operation of a program is called, where it is written with signs: `e*3`, `+3`. */
const BY_SIGN: readonly (readonly [written: RegExp, word: string])[] = [
  [/^[ed]\*\d+$/, 'chain'],
  [/^\+-?\d+$/, 'insert'],
  [/^-\d+$/, 'remove'],
  [/^\?-?\d+$/, 'contains'],
];

/** `e3` is a batch of a program, and E3 the label of a step: what is written small may be meant as either. So may the name of a structure, segments. */
function meanings(word: string): Entry[] {
  const [, named] = BY_SIGN.find(([written]) => written.test(word)) ?? [];
  if (named !== undefined) return [lookUp(named)];
  const plural = glossary.find((entry) => plain(entry.word) === singular(plain(word)));
  if (word in ALSO && plural !== undefined) return [lookUp(word), plural];
  if (!/^[ed]\d+$/.test(word)) return [lookUp(word)];
  const step = find(word);
  return [lookUp('batch'), ...(step ? [step] : [])];
}

function plain(word: string): string {
  return word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, ' ');
}

function singular(word: string): string {
  return word.replace(/s$/, '');
}

/** One word with its definition, its other names, and the words that it needs. */
export function entryText({ word, subject, means, also, see }: Entry, style: Style): string {
  const rows = [
    ['also', also.join(', ')],
    ['see', see.join(', ')],
    ['subject', subject],
  ].filter(([, text]) => text !== '');
  return [
    style.accent(word),
    ...wrap(`  ${means}`, style.columns, '  '),
    ...rows.flatMap(([name, text]) => hang(`  ${style.faint(name.padEnd(7))}  `, text, style.columns)),
  ].join('\n');
}

/** All words by subject. */
export function glossaryText(style: Style): string {
  return subjects()
    .map(([subject, words]) =>
      [
        style.heading(subject),
        ...words.flatMap(({ word, means }) => [
          `  ${style.accent(word)}`,
          ...wrap(`      ${means}`, style.columns, '      '),
        ]),
      ].join('\n'),
    )
    .join('\n\n');
}

/** The words of each subject. */
export function subjects(): [string, Entry[]][] {
  const found = new Map<string, Entry[]>();
  for (const entry of glossary) found.set(entry.subject, [...(found.get(entry.subject) ?? []), entry]);
  return [...found];
}

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
function labelText(asked: string): { readonly label: string; readonly means: string } | null {
  const label = asked.trim().toUpperCase();
  const step = knownSteps().find((each) => each.label === label);
  if (step?.card) return { label, means: stepText(step, step.card) };
  if (step !== undefined)
    return { label, means: `A step in ${sourceOf(step.file) ?? step.file}, of which no card says more.` };
  const [before] = knownSteps()
    .filter(({ card }) => card?.moves?.owes === label)
    .toSorted((a, b) => a.number - b.number);
  if (before === undefined) return null;
  return {
    label,
    means: `The line of ${before.file} at which a thread retires the slot that its ${before.label} took out. It is a call of the scheme, and no step of its own.`,
  };
}

function stepText(step: Step, card: StepCard): string {
  const file = sourceOf(step.file) ?? step.file;
  const reads = card.access === 'load';
  const clauses = [
    card.says,
    ...(card.saysNull === undefined ? [] : [`if the word names no slot: ${card.saysNull}`]),
    ...(card.saysFailed === undefined
      ? []
      : [`if ${reads ? 'the word has changed' : 'it fails'}: ${card.saysFailed}`]),
  ];
  const said = clauses.join('; ').replaceAll(/\{(\w+)\}/g, (_, hole: string) => HOLES[hole] ?? hole);
  return `${ACCESS[card.access]} in ${file}${reads ? ', after which the thread takes for true' : ''}: ${said}.${effectText(card)}`;
}

const LINEARIZES = 'linearization point';

/** The operation that takes effect at a step, as a sentence of its own; nothing of other steps. */
function effectText({ linearizes }: StepCard): string {
  if (linearizes === undefined) return '';
  const { operation, answer, ifNull, ifSlot } = linearizes;
  const answers = [answer, ifNull, ifSlot].filter((each) => each !== undefined);
  return ` It is the ${LINEARIZES} of ${operation}${answers.length === 0 ? '' : `, if that answers ${answers.join(' or ')}`}.`;
}
