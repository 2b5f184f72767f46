import { UsageError } from '../errors.ts';
import { UNBOUNDED } from '../kernel/scheme.ts';
import { learnAnnouncement } from './announcements.ts';
import { learnLabels } from './labels.ts';
import { checkId, checkMembers, hasMethods, shown } from './own-card.ts';
import { importOwn, pathOf } from '../host/own-module.ts';
import { SCHEME_CARD, type SchemeClass } from './scheme-class.ts';
import type { StructureClass } from './structure-class.ts';

/** Schemes of the user's own: how one is found in a module, and what is asked of it before it is used. */

/** The files of the schemes that were loaded from one. */
const files = new WeakMap<object, string>();

/** A scheme as it is named in a sentence: by its id, and by its file if it has one. */
export function titleOf(scheme: SchemeClass): string {
  const file = files.get(scheme);
  return file === undefined ? scheme.ID : file;
}

/** Loads the scheme of a module. Throws a UsageError that names the file, what is wrong, and the way out. */
export async function loadScheme(url: string, ids: readonly string[]): Promise<SchemeClass> {
  const module = await importOwn(url, 'scheme');
  const scheme = schemeIn(module, pathOf(url));
  files.set(scheme, pathOf(url));
  checkCard(scheme, ids);
  learnLabels(module, url);
  learnAnnouncement(module, scheme, pathOf(url));
  return scheme;
}

/** The default export, or the only class among the others that is a scheme. */
function schemeIn(module: Readonly<Record<string, unknown>>, path: string): SchemeClass {
  const own = module['default'];
  if (isScheme(own)) return own;
  const named = Object.entries(module).filter(([name, each]) => name !== 'default' && isScheme(each));
  if (own === undefined && named.length === 1) return named[0][1] as SchemeClass;
  if (own === undefined && named.length > 1) {
    throw new UsageError(
      `The file ${path} exports ${named.length} schemes (${named.map(([name]) => name).join(', ')}): make the one to run the default export.`,
    );
  }
  const found = own === undefined ? 'exports no scheme' : 'has a default export that is no scheme';
  throw new UsageError(
    `The file ${path} ${found}: export a class that extends Scheme of lockfree-lab, with its card in static members.`,
  );
}

function isScheme(value: unknown): value is SchemeClass {
  return hasMethods(value, INHERITED);
}

/** What a class has from Scheme. */
const INHERITED = ['adopt', 'recover', 'depart'] as const;
/** What a structure asks of a scheme. Each has a body in Scheme; one of an older copy of this package may lack some. */
const METHODS = [
  ...INHERITED,
  'begin',
  'start',
  'end',
  'enter',
  'leave',
  'protect',
  'mustRestart',
  'restart',
  'upgrade',
  'born',
  'link',
  'hold',
  'release',
  'retire',
  'collect',
  'idle',
  'offline',
  'keep',
  'silence',
] as const;

function checkCard(scheme: SchemeClass, ids: readonly string[]): void {
  const path = titleOf(scheme);
  checkMembers(scheme, { what: 'scheme', path, methods: METHODS, members: SCHEME_CARD });
  checkId(scheme.ID, ids, { what: 'scheme', path });
}

const MOST = 2 ** 31 - 1;

/** What a scheme's bound and needs depend on. */
interface CountedFor {
  readonly threads: number;
  readonly param0: number;
  readonly param1: number;
  readonly structure: Pick<StructureClass, 'PROTECTIONS'>;
  readonly inUse: number;
}

/** What a static method of a card answers, for numbers that are in their ranges. Throws a UsageError if it is no count. */
export function countOf(
  scheme: SchemeClass,
  method: 'bound' | 'needs',
  { threads, param0, param1, structure, inUse }: CountedFor,
): number {
  const given = [threads, param0, param1, structure.PROTECTIONS, inUse] as const;
  const call = `${method}(${given.join(', ')})`;
  const lead = `The static method ${method} of the scheme of ${titleOf(scheme)}`;
  let count: unknown;
  try {
    count = scheme[method](...given);
  } catch (error) {
    throw new UsageError(`${lead} threw for ${call}: ${String(error)}: let it return a whole number.`, {
      cause: error,
    });
  }
  if (method === 'bound' && count === UNBOUNDED) return UNBOUNDED;
  if (Number.isInteger(count) && (count as number) >= 0 && (count as number) <= MOST) return count as number;
  const none = method === 'bound' ? ', or UNBOUNDED' : '';
  throw new UsageError(
    `${lead} answered ${shown(count)} for ${call}: let it return a whole number from 0${none}.`,
  );
}

/**
 * The number by which a buffer knows its scheme: that of the registry, or for one of the user's own a negative number that is drawn from
 * its id and its parameters.
 */
export function hashedNumber({ ID, PARAMS }: SchemeClass): number {
  let hash = 0x811c9dc5;
  for (const character of `${ID}/${PARAMS}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash | (1 << 31);
}
