import { FREE_LISTS, type FreeList } from '../../laboratory/edge.ts';
import * as v from 'valibot';
import { UsageError } from '../../errors.ts';
import { selfName } from '../../mutant/self.ts';
import { count, misfit } from '../../observe/members.ts';
import { sealed, unsealed } from '../../observe/seal.ts';
import { visible } from '../../visible.ts';
import { type Campaign, campaignOf } from './campaign.ts';
import type { PartialResult } from './partial-result.ts';
import { showShard, type Shard } from './shard.ts';
import { urlOfStructure } from '../../laboratory/structures.ts';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is searched, as far as it decides what the units are and what they show. */
export interface SearchName {
  readonly program: string;
  readonly scheme: string;
  readonly slots: number;
  readonly cache: number;
  readonly freeList: FreeList;
  readonly strategy: string;
  /** Null for strategies that have no use for it, as the next two. */
  readonly seed: number | null;
  readonly depth: number | null;
  readonly runs: number | null;
  readonly stepLimit: number;
  /** About how many units were wanted, and how many there are. */
  readonly wanted: number;
  readonly units: number;
  /** The mutant of the lab whose kernel is searched; null for the lab's own. */
  readonly mutant: string | null;
  /** A hash of the code that searches, the kernel's among it. */
  readonly lab: string;
}

/** How far a search has come, for a file. */
export interface Checkpoint {
  readonly search: SearchName;
  readonly shard: Shard | null;
  /** The numbers of the units that were searched to their end. */
  readonly done: readonly number[];
  /** What they have shown. */
  readonly partial: PartialResult;
  /** How long that took. */
  readonly seconds: number;
}

const KIND = 'exploration';
const FORMAT = 6;
/** More than the largest `--units` makes. */
const MOST_UNITS = 10_000_000;

/** The name of a campaign's search. */
export function searchName({
  model,
  slots,
  cache,
  freeList,
  strategy,
  space,
  stepLimit,
  wanted,
  units,
}: Campaign): SearchName {
  const { id, chance } = strategy;
  return {
    program: model.program.text
      .trim()
      .replace(/\s*\|\s*/g, ' | ')
      .replace(/\s+/g, ' '),
    scheme: model.choice.spec,
    slots,
    cache,
    freeList,
    strategy: id,
    seed: chance ? space.seed : null,
    depth: id === 'pct' ? space.depth : null,
    runs: chance ? space.runs : null,
    stepLimit,
    wanted,
    units: units.length,
    mutant: selfName,
    lab: sourceHash(model.choice.spec, urlOfStructure(model.structure)),
  };
}

/** The campaign whose search has a name. */
export function campaignNamed(search: SearchName): Promise<Campaign> {
  const { program, scheme, slots, cache, freeList, strategy, seed, depth, runs, stepLimit, wanted } = search;
  return campaignOf(program, scheme, {
    slots,
    cache,
    freeList,
    strategy,
    stepLimit,
    units: wanted,
    ...(seed !== null && { seed }),
    ...(depth !== null && { depth }),
    ...(runs !== null && { runs }),
  });
}

export function printCheckpoint({ search, shard, done, seconds, partial }: Checkpoint): string {
  return `${JSON.stringify(sealed({ kind: KIND, v: FORMAT, search, shard, done, seconds, partial }))}\n`;
}

/** Throws a UsageError for anything but the whole of a checkpoint as it was written. */
export function parseCheckpoint(text: string, path: string): Checkpoint {
  const name = visible(path);
  let read: Record<string, unknown> | null;
  try {
    read = JSON.parse(text) as Record<string, unknown> | null;
  } catch (error) {
    throw new UsageError(`The checkpoint ${name} is damaged (it is no JSON document): ${REMEDY}`, {
      cause: error,
    });
  }
  if (read?.['kind'] !== KIND) {
    throw new UsageError(
      `The file ${name} is no checkpoint of an exploration: give one that --checkpoint has written.`,
    );
  }
  if (read['v'] !== FORMAT) {
    throw new UsageError(
      `The checkpoint ${name} has the format ${formatOf(read['v'])}, and this version of the lab reads the format ${FORMAT}: use the version that has written it.`,
    );
  }
  const opened = unsealed(read);
  const member = 'fault' in opened ? null : misfit(CHECKPOINT, opened.content);
  if ('fault' in opened || member !== null) {
    const fault = 'fault' in opened ? opened.fault : `it has no proper "${visible(String(member))}"`;
    throw new UsageError(`The checkpoint ${name} is damaged (${fault}): ${REMEDY}`);
  }
  const { kind: _kind, v: _format, ...checkpoint } = opened.content;
  return checkpoint as unknown as Checkpoint;
}

/**
 * The checkpoint in a file.
 *
 * @param mayLack null is returned if there is no such file
 * @throws UsageError if it cannot be read, or is not whole and as it was written
 */
export function readCheckpoint(path: string): Checkpoint;
export function readCheckpoint(path: string, mayLack: boolean): Checkpoint | null;
export function readCheckpoint(path: string, mayLack = false): Checkpoint | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayLack) return null;
    throw new UsageError(
      `The checkpoint ${path} cannot be read (${code ?? message}): give the path of a file that --checkpoint has written.`,
      { cause: error },
    );
  }
  return parseCheckpoint(text, path);
}

const REMEDY = 'search its part again.';

function formatOf(value: unknown): string {
  return visible((JSON.stringify(value) ?? 'none').slice(0, 40));
}

const place = { unit: count, execution: count };
const shown = { kind: v.string(), note: v.string(), schedule: v.string(), preemptions: count };

const FINDING = v.looseObject({
  ...place,
  ...shown,
  nth: count,
  step: v.nullable(count),
  thread: v.nullable(count),
  label: v.nullable(v.string()),
});

/** The members of a file; what the search itself says of its parts is looked at when they are compared and planned again. */
const CHECKPOINT = v.looseObject({
  search: v.looseObject({
    program: v.string(),
    scheme: v.string(),
    slots: count,
    cache: count,
    freeList: v.picklist(FREE_LISTS),
    strategy: v.string(),
    seed: v.nullable(count),
    depth: v.nullable(count),
    runs: v.nullable(count),
    stepLimit: count,
    wanted: count,
    units: v.pipe(count, v.maxValue(MOST_UNITS)),
    mutant: v.nullable(v.string()),
    lab: v.string(),
  }),
  shard: v.nullable(
    v.pipe(
      v.looseObject({ part: v.pipe(count, v.minValue(1)), of: v.pipe(count, v.maxValue(999_999)) }),
      v.check(({ part, of }) => part <= of),
    ),
  ),
  done: v.array(count),
  seconds: v.pipe(v.number(), v.finite(), v.minValue(0)),
  partial: v.looseObject({
    executions: count,
    squares: v.pipe(v.number(), v.finite(), v.minValue(0)),
    bad: count,
    blocked: count,
    deadlocks: count,
    cut: count,
    steps: count,
    maxRetries: count,
    firstCut: v.nullable(v.looseObject({ ...place, schedule: v.string() })),
    preemptions: v.nullable(count),
    more: v.boolean(),
    findings: v.array(FINDING),
    histories: v.array(v.string()),
  }),
});

/** What is said of each, in the order in which a difference is looked for. */
const SHOWN: { readonly [name in keyof SearchName]: (value: SearchName[name]) => string } = {
  program: (text) => `the program "${text}"`,
  scheme: (spec) => `the scheme ${spec}`,
  slots: (slots) => `a slab of ${slots} slots`,
  cache: (slots) => (slots === 0 ? 'no caches' : `caches of ${slots}`),
  freeList: (kind) => `a ${kind} as the free list`,
  strategy: (id) => `the strategy ${id}`,
  seed: (seed) => `the seed ${seed}`,
  depth: (depth) => `the depth ${depth}`,
  runs: (runs) => `a campaign of ${runs} runs`,
  stepLimit: (steps) => `a limit of ${steps} steps`,
  mutant: (name) => (name === null ? "the lab's own kernel" : `the mutant ${visible(name)}`),
  lab: (hash) => `the code ${hash} of the lab`,
  wanted: (units) => `a split into ${units} units`,
  units: (units) => `a search of ${units} units`,
};

/** Where two searches differ, each in a few words; null if they are the same. */
export function difference(one: SearchName, other: SearchName): readonly [one: string, other: string] | null {
  for (const name of Object.keys(SHOWN) as (keyof SearchName)[]) {
    if (one[name] === other[name]) continue;
    const show = SHOWN[name] as (value: unknown) => string;
    return [show(one[name]), show(other[name])];
  }
  return null;
}

/** Throws a UsageError if a checkpoint is not one of the search, or of the shard, that is asked for. */
export function checkResumable(
  path: string,
  { search, shard }: Checkpoint,
  asked: SearchName,
  part: Shard | null,
): void {
  const differs = difference(search, asked);
  if (differs) {
    throw new UsageError(
      `The checkpoint ${path} is of ${differs[0]}, and asked for is ${differs[1]}: give the same command as for its beginning, or another file.`,
    );
  }
  const [one, other] = [shard, part].map((each) =>
    each === null ? 'the whole search' : `shard ${showShard(each)}`,
  );
  if (one !== other) {
    throw new UsageError(
      `The checkpoint ${path} is of ${one}, and asked for is ${other}: give the same --shard, or another file.`,
    );
  }
}

/** All that decides what a search visits and finds. */
export const FOLDERS: readonly string[] = [
  'kernel',
  'host',
  'laboratory',
  'engines',
  'observe',
  'judge',
  'schedule',
  'model',
  'search',
  'explore',
];

/**
 * A short hash of the lab's own code, as it runs, and of a scheme and a structure of the user's own: what two of the same hash have
 * searched can be added up.
 *
 * @param scheme the URL of a scheme's file, with or without parameters; anything else is one of the lab's
 * @param structure the URL of a structure's file; null for one of the lab's
 */
function sourceHash(scheme: string, structure: string | null): string {
  const hash = createHash('sha256');
  const extension = extname(import.meta.url);
  for (const folder of FOLDERS) {
    const path = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' });
    for (const file of files
      .filter((name) => name.endsWith(extension) && !name.endsWith('.d.ts'))
      .toSorted()) {
      hash.update(`${folder}/${file.replaceAll('\\', '/')}\n`).update(readFileSync(join(path, file)));
    }
  }
  const [own] = /^file:[^?]*?\.[cm]?[jt]s/.exec(scheme) ?? [];
  if (own !== undefined) hash.update(readFileSync(new URL(own)));
  if (structure !== null) hash.update(readFileSync(new URL(structure)));
  return hash.digest('hex').slice(0, 12);
}
