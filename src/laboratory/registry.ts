import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { shownGiven } from '../visible.ts';
import { listed } from '../counted.ts';
import { urlOf } from '../host/own-module.ts';
import { countOf, hashedNumber, loadScheme, titleOf } from './own-scheme.ts';
import { tryOut } from './trial.ts';
import { type Step, stepsWith } from './labels.ts';
import { HALF, HALF_BITS } from '../kernel/layout.ts';
import { ABA_IMPOSSIBLE, ABA_POSSIBLE, ABA_UNTIL_WRAP, UNBOUNDED } from '../kernel/scheme.ts';
import type { StructureCard, UnsafeUnder } from '../kernel/structure-card.ts';
import type { SchemeClass } from './scheme-class.ts';
import { SCHEME_MODULES, schemeIn, WITH_NUMBERS } from './schemes.ts';
import type { StructureClass } from './structure-class.ts';
import { cardOfStructure, usualStructure } from './structures.ts';

/** A scheme with its parameters settled. It can be posted to a worker as `spec`. */
export interface SchemeChoice {
  readonly scheme: SchemeClass;
  /** The canonical text: parses to the same choice. */
  readonly spec: string;
  /** The same for people: the scheme's id and the parameters that were given. */
  readonly name: string;
  readonly param0: number;
  readonly param1: number;
  /** The tag width asked for, 0 to 16; null means as wide as the geometry allows, up to 16. */
  readonly tagBits: number | null;
}

/** What a scheme promises, as data for people and checks. */
export interface Claims {
  readonly abaSafe: 'yes' | 'no' | 'until the tag wraps';
  readonly staleReads: boolean;
  readonly reclaims: boolean;
  readonly garbage: string;
  readonly survivesStall: boolean;
  readonly survivesDeath: boolean;
  readonly progress: string;
}

/** The schemes of the lab, in the order in which they are shown. */
export const schemes: readonly SchemeClass[] = SCHEME_MODULES.map(
  (module) => schemeIn(module) as unknown as SchemeClass,
);

/** The scheme of a structure that takes no slots, if none is named, and the one that it is compiled with: it promises that there is no damage. */
const FOR_NO_SLOTS = 'tagged';

/** True of a structure that keeps all in its array: nothing is retired, so all schemes are one to it. */
export function takesNoSlots({ ROOTS }: Pick<StructureClass, 'ROOTS'>): boolean {
  return ROOTS === 0;
}

/** The schemes that make a difference to a structure, in their order: all, or one. */
export function schemesOf(structure: Pick<StructureClass, 'ROOTS'>): readonly SchemeClass[] {
  return takesNoSlots(structure) ? schemes.filter(({ ID }) => ID === FOR_NO_SLOTS) : schemes;
}

/** The scheme that is meant with a structure where none is named. */
export function usualScheme(structure: Pick<StructureClass, 'ROOTS'>): string {
  return takesNoSlots(structure) ? FOR_NO_SLOTS : 'naive';
}

/** A choice as it is run with a structure: of one that takes no slots the scheme that stands for all, since all are one to it. */
export function choiceOn(structure: Pick<StructureClass, 'ROOTS'>, choice: SchemeChoice): SchemeChoice {
  if (!takesNoSlots(structure) || choice.scheme.ID === FOR_NO_SLOTS) return choice;
  return settle(schemesOf(structure)[0], FOR_NO_SLOTS, '');
}

export const MAX_LINK_TAG_BITS = 16;

const ABA_CLAIMS: Readonly<Record<number, Claims['abaSafe']>> = {
  [ABA_POSSIBLE]: 'no',
  [ABA_IMPOSSIBLE]: 'yes',
  [ABA_UNTIL_WRAP]: 'until the tag wraps',
};

/** The claims of a scheme's card. */
export function claimsOf(scheme: SchemeClass): Claims {
  return {
    abaSafe: ABA_CLAIMS[scheme.ABA] ?? 'no',
    staleReads: scheme.STALE_READS,
    reclaims: scheme.RECLAIMS,
    garbage: scheme.BOUND,
    survivesStall: scheme.SURVIVES_STALL,
    survivesDeath: scheme.SURVIVES_DEATH,
    progress: scheme.PROGRESS,
  };
}

/**
 * What a text of a scheme's card says of a choice: `robustness; eras=on: wide applicability` says the latter where that parameter is
 * given so, and the former else.
 */
export function saidWith(text: string, { spec }: Pick<SchemeChoice, 'spec'>): string {
  const [, parameters] = splitSpec(spec);
  const [usual, ...others] = text.split(/; (?=[a-z]+=[a-z]+: )/);
  const said = others.find((other) => parameters.split(',').includes(other.slice(0, other.indexOf(':'))));
  return said === undefined ? usual : said.slice(said.indexOf(': ') + 2);
}

/** The claims of a choice: those of its scheme's card, as far as they are of its parameters. */
export function claimsOfChoice(choice: SchemeChoice): Claims {
  const { stall, death } = survives(choice);
  const garbage = saidWith(choice.scheme.BOUND, choice);
  return { ...claimsOf(choice.scheme), garbage, survivesStall: stall, survivesDeath: death };
}

/**
 * A scheme without parameters, and with each word that one of them may have in place of its first one: `hyaline`, `hyaline:eras=on`.
 */
export function specsOf(scheme: SchemeClass): string[] {
  const worded = parametersOf(scheme).flatMap(({ name, words = [] }) =>
    words.slice(1).map((word) => `${name}=${word}`),
  );
  return [scheme.ID, ...worded.map((parameter) => `${scheme.ID}:${parameter}`)];
}

/** The same, and those with a number that makes another scheme of it: what stands beside each other where schemes are compared. */
export function comparedSpecs(scheme: SchemeClass): string[] {
  return [...specsOf(scheme), ...WITH_NUMBERS.filter((spec) => splitSpec(spec)[0] === scheme.ID)];
}

/**
 * Whether a choice claims that its garbage stays within its bound while a thread is stalled, and after one has died: its scheme does, or it
 * does with these parameters, or it has a bound with them and none without them.
 */
export function survives(choice: SchemeChoice): { readonly stall: boolean; readonly death: boolean } {
  const { SURVIVES_STALL, SURVIVES_DEATH } = choice.scheme;
  const isBounded = boundOf(settle(choice.scheme, '', ''), 1) === null && boundOf(choice, 1) !== null;
  const does = isBounded || choice.scheme.survives?.(choice.param0, choice.param1) === true;
  return { stall: SURVIVES_STALL || does, death: SURVIVES_DEATH || does };
}

/** What the card of a structure says of a choice under which it is not safe; null if it does not say so. */
export function unsafeUnder(structure: StructureClass, { spec }: SchemeChoice): UnsafeUnder | null {
  const [id, parameters] = splitSpec(spec);
  const given = new Set(parameters.split(','));
  const isMeant = (text: string): boolean => {
    const [of, needed] = splitSpec(text);
    return of === id && needed.split(',').every((each) => each === '' || given.has(each));
  };
  return cardOfStructure(structure).unsafeUnder?.find(({ schemes: all }) => all.some(isMeant)) ?? null;
}

/** That a structure is not safe under a scheme, as a part of a sentence; null if its card does not say so. */
export function unsafeText(structure: StructureClass, choice: SchemeChoice): string | null {
  if (unsafeUnder(structure, choice) === null) return null;
  return `the card of ${structure.ID} says that it is not safe under ${choice.name}`;
}

/**
 * The schemes under which a structure is compiled: not those under which it is not safe, whatever their parameters.
 */
export function compiledSchemes(structure: StructureClass): readonly SchemeClass[] {
  const { unsafeUnder: unsafe = [] } = cardOfStructure(structure);
  const left = new Set(unsafe.flatMap(({ schemes: all }) => all));
  return schemesOf(structure).filter(({ ID }) => !left.has(ID));
}

/**
 * Whether a scheme says that it is lock-free, at least as long as every thread goes on after a while, and the structure says nothing else of
 * itself.
 */
export function claimsLockFreedom(
  { PROGRESS }: SchemeClass,
  { waits }: Pick<StructureCard, 'waits'>,
): boolean {
  return /^(lock|wait)-free/.test(PROGRESS) && waits === undefined;
}

/** The part of a choice's claims that decides what a judge takes for damage. */
export function judgedBy(
  choice: SchemeChoice,
  threads: number,
  structure: StructureClass,
  inUse: number,
): {
  readonly staleReads: boolean;
  readonly reclaims: boolean;
  readonly bound: number | null;
} {
  const { STALE_READS: staleReads, RECLAIMS: reclaims } = choice.scheme;
  return { staleReads, reclaims, bound: boundOf(choice, threads, structure, inUse) };
}

/**
 * The bound of a choice on unreclaimed slots, or null if there is none.
 *
 * @param inUse the most slots that the structure has inside at a time; those of an empty one if it is left out
 */
export function boundOf(
  { scheme, param0, param1 }: SchemeChoice,
  threads: number,
  structure: Pick<StructureClass, 'PROTECTIONS' | 'DUMMIES'> = usualStructure,
  inUse: number = structure.DUMMIES,
): number | null {
  const bound = countOf(scheme, 'bound', { threads, param0, param1, structure, inUse });
  return bound === UNBOUNDED ? null : bound;
}

/** The fewest slots with which a choice can work, without caches. */
export function needsOf(
  { scheme, param0, param1 }: SchemeChoice,
  threads: number,
  structure: StructureClass = usualStructure,
): number {
  return countOf(scheme, 'needs', { threads, param0, param1, structure, inUse: structure.DUMMIES });
}

/** The number by which a buffer knows its scheme. */
export function numberOf(scheme: SchemeClass): number {
  return schemes.includes(scheme) ? scheme.NUMBER : hashedNumber(scheme);
}

/** The scheme of a number in words. */
export function nameOfNumber(number: number): string {
  const known = schemes.find(({ NUMBER }) => NUMBER === number)?.ID;
  return known ?? (number < 0 ? "a scheme of the user's own" : `a scheme with the number ${number}`);
}

/**
 * Finds a scheme by `id`, `id:name=value,…`, or `path.js:name=value` for a file of JavaScript or TypeScript that exports a user's own
 * subclass of `Scheme`. Throws a UsageError that names the way out.
 */
export async function chooseScheme(text: string): Promise<SchemeChoice> {
  if (typeof text !== 'string')
    throw new UsageError(
      `A scheme is chosen by a text, and not by ${shownGiven(text)}: give its name, as in chooseScheme('tagged').`,
    );
  const [name, parameters] = splitSpec(text);
  const builtIn = schemes.find((scheme) => scheme.ID === name);
  if (builtIn) return settle(builtIn, name, parameters);
  if (/[/\\]|\.[cm]?[jt]s$/.test(name)) {
    const url = urlOf(name);
    const ids = schemes.map(({ ID }) => ID);
    await tryOut('scheme', url);
    return settle(await loadScheme(url, ids), url, parameters);
  }
  throw new UsageError(
    `There is no scheme "${name}"${closest(
      name,
      schemes.map((scheme) => scheme.ID),
    )}; the schemes are ${schemes.map((scheme) => scheme.ID).join(', ')}, or give the path of a file with your own, such as ./mine.js.`,
  );
}

/** The steps that are made under a scheme: the structure's, the slab's, the records', and those of its own file. */
export function stepsOf(
  { spec }: SchemeChoice,
  { ID }: StructureClass = usualStructure,
  hasRing: boolean = false,
): readonly Step[] {
  const [name] = splitSpec(spec);
  const files = [name, `src/kernel/schemes/${name}.ts`];
  return stepsWith({ ID }, hasRing).filter(({ part, file }) => part !== 'scheme' || files.includes(file));
}

/** A scheme's name and its parameters. The colon that begins them is the last one that is followed by a `name=`. */
export function splitSpec(text: string): [name: string, parameters: string] {
  const match = /^(.*?):([a-z]+=.*)$/s.exec(text);
  return match ? [match[1], match[2]] : [text, ''];
}

/** A parameter of a scheme, with its default and its range. */
export interface Parameter {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** Of one whose values are words: the words, from that of 0 on. */
  readonly words?: readonly string[];
}

/** A value of a parameter as a spec has it. */
export function shownValue({ words }: Pick<Parameter, 'words'>, value: number): string {
  return words?.[value] ?? String(value);
}

/** The two words by which a laboratory knows the values of a scheme's own parameters. A third one has the upper half of the second word, less its least. */
function wordsOf(
  values: readonly number[],
  own: readonly Parameter[],
): Pick<SchemeChoice, 'param0' | 'param1'> {
  const [param0 = 0, second = 0, third = 0] = values;
  return { param0, param1: second | ((third - (own[2]?.least ?? 0)) << HALF_BITS) };
}

/** A scheme's own parameters with their values in these two words, in the order in which it declares them. */
export function valuesIn(
  scheme: SchemeClass,
  { param0, param1 }: Pick<SchemeChoice, 'param0' | 'param1'>,
): readonly (Parameter & { readonly given: number })[] {
  const own = parametersOf(scheme).filter(({ name }) => name !== 'bits');
  const isShared = own.length > 2;
  const given = [param0, isShared ? param1 & HALF : param1, (param1 >>> HALF_BITS) + (own[2]?.least ?? 0)];
  return own.map((each, n) => ({ ...each, given: given[n] }));
}

/** The parameters of a scheme with their defaults and ranges. A scheme with tags has `bits` as well. */
export function parametersOf(scheme: SchemeClass): readonly Parameter[] {
  const own = scheme.PARAMS.split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [, worded, choices] = /^([a-z]+)=([a-z]+(?:\|[a-z]+)+)$/.exec(part) ?? [];
      if (worded !== undefined) {
        const words = choices.split('|');
        return { name: worded, value: 0, least: 0, most: words.length - 1, words };
      }
      const match = /^([a-z]+)=(\d+):(\d+):(\d+)$/.exec(part);
      if (!match)
        throw new UsageError(
          `The scheme ${titleOf(scheme)} declares the parameter "${part}" in PARAMS; write name=default:least:most, or name=default|other.`,
        );
      return { name: match[1], value: Number(match[2]), least: Number(match[3]), most: Number(match[4]) };
    });
  const [, second, third] = own;
  if (own.length > 3 || (third !== undefined && (second.most > HALF || third.most - third.least > HALF)))
    throw new UsageError(
      `The scheme ${titleOf(scheme)} declares the parameters ${own.map(({ name }) => name).join(', ')} in PARAMS; declare three at most, and where there are three let the second one reach to ${HALF} and the third one over so many values, since they share a word.`,
    );
  return scheme.TAGS ? [...own, { name: 'bits', value: -1, least: 0, most: MAX_LINK_TAG_BITS }] : own;
}

/**
 * The same scheme, reclaiming as early as it can: the parameters with the widest range, which say how much a thread may put off, are at
 * their least. The others stay, for what is safe may depend on them, and so do words.
 */
export function eagerest(choice: SchemeChoice): SchemeChoice {
  const { scheme, spec } = choice;
  const own = parametersOf(scheme).filter(({ name, words }) => name !== 'bits' && words === undefined);
  const widest = Math.max(...own.map(({ least, most }) => most - least));
  const putOff = own.filter(({ least, most }) => most - least === widest);
  if (putOff.length === 0) return choice;
  const [name, parameters] = splitSpec(spec);
  const others = parameters
    .split(',')
    .filter((part) => part !== '' && !putOff.some((each) => part.startsWith(`${each.name}=`)));
  return settle(scheme, name, [...others, ...putOff.map((each) => `${each.name}=${each.least}`)].join(','));
}

/** A number as it is written; NaN if it is not one. */
function numberIn(text: string | undefined): number {
  return text === undefined || !/^\d+$/.test(text) ? NaN : Number(text);
}

function settle(scheme: SchemeClass, name: string, text: string): SchemeChoice {
  const parameters = parametersOf(scheme);
  const given = new Map<string, number>();
  for (const part of text.split(',').filter((item) => item !== '')) {
    const [key, value] = part.split('=', 2) as [string, string | undefined];
    const parameter = parameters.find((candidate) => candidate.name === key);
    if (!parameter) {
      const known = parameters.map((candidate) => candidate.name);
      throw new UsageError(
        `The scheme ${scheme.ID} has no parameter "${key}"${closest(key, known)}; ${known.length > 0 ? `it has ${listed(known)}` : 'it has none'}.`,
      );
    }
    if (parameter.words !== undefined && !parameter.words.includes(value ?? '')) {
      throw new UsageError(
        `The parameter ${key} of ${scheme.ID} is "${value ?? ''}"; give ${parameter.words.join(' or ')}.`,
      );
    }
    const number = parameter.words?.indexOf(value ?? '') ?? numberIn(value);
    if (!(number >= parameter.least && number <= parameter.most)) {
      throw new UsageError(
        `The parameter ${key} of ${scheme.ID} is "${value ?? ''}"; give a whole number from ${parameter.least} to ${parameter.most}.`,
      );
    }
    if (given.has(key)) {
      throw new UsageError(
        `The parameter ${key} of ${scheme.ID} is given twice, as ${shownValue(parameter, given.get(key) ?? 0)} and as ${shownValue(parameter, number)}: give it once.`,
      );
    }
    given.set(key, number);
  }
  const own = parameters.filter((parameter) => parameter.name !== 'bits');
  const shown = (key: string, value: number): string =>
    shownValue(parameters.find((parameter) => parameter.name === key) ?? {}, value);
  const suffix = [...given].map(([key, value]) => `${key}=${shown(key, value)}`).join(',');
  return {
    scheme,
    spec: suffix === '' ? name : `${name}:${suffix}`,
    name: suffix === '' ? scheme.ID : `${scheme.ID}:${suffix}`,
    ...wordsOf(
      own.map((parameter) => given.get(parameter.name) ?? parameter.value),
      own,
    ),
    tagBits: scheme.TAGS ? (given.get('bits') ?? null) : 0,
  };
}
