import { counted, plural, withCommas } from '../../counted.ts';
import { shellWord } from '../../visible.ts';
import { UsageError } from '../../errors.ts';
import { type Checkpoint, difference } from './checkpoint.ts';
import { type PartialResult, ResultTotal } from './partial-result.ts';
import { showShard, unitsOf } from './shard.ts';

/** A checkpoint and the path of its file. */
export interface NamedCheckpoint {
  readonly path: string;
  readonly checkpoint: Checkpoint;
}

/** Adds up the parts of one search. Throws a UsageError if they are of different ones, or a part is missing or there twice. */
export function merge(parts: readonly NamedCheckpoint[]): {
  readonly partial: PartialResult;
  readonly seconds: number;
} {
  const [first] = parts;
  for (const each of parts) checkSame(first, each);
  checkOverlap(parts);
  checkGaps(parts);
  const total = new ResultTotal();
  for (const { checkpoint } of parts) total.add(checkpoint.partial);
  const seconds = parts.reduce((sum, { checkpoint }) => sum + checkpoint.seconds, 0);
  return { partial: total.result(), seconds };
}

function checkSame(one: NamedCheckpoint, other: NamedCheckpoint): void {
  const differs = difference(one.checkpoint.search, other.checkpoint.search);
  if (!differs) return;
  throw new UsageError(
    `${one.path} is of ${differs[0]}, and ${other.path} of ${differs[1]}: only parts of one search add up.`,
  );
}

function checkOverlap(parts: readonly NamedCheckpoint[]): void {
  const owners = new Map<number, string>();
  for (const { path, checkpoint } of parts) {
    for (const unit of checkpoint.done) {
      const owner = owners.get(unit);
      if (owner !== undefined) {
        throw new UsageError(`${owner} and ${path} overlap (unit ${unit} is in both): give every part once.`);
      }
      owners.set(unit, path);
    }
  }
}

function checkGaps(parts: readonly NamedCheckpoint[]): void {
  const { search } = parts[0].checkpoint;
  const missing = missingShards(parts);
  if (missing.length > 0) {
    const shards = plural(missing.length, 'shard');
    throw new UsageError(
      `The search is not whole, it lacks the ${shards} ${missing.join(', ')}: run what is missing, and give its file too.`,
    );
  }
  for (const { path, checkpoint } of parts) {
    const { done, shard } = checkpoint;
    const own = unitsOf(shard, search.units).length;
    if (done.length < own) {
      throw new UsageError(
        `${path} has searched ${withCommas(done.length)} of its ${counted(own, 'unit')}: let it go on with --resume ${shellWord(path)} before it is merged.`,
      );
    }
  }
  const done = parts.reduce((total, { checkpoint }) => total + checkpoint.done.length, 0);
  if (done < search.units) {
    throw new UsageError(
      `The search is not whole, it lacks ${search.units - done} of its ${search.units} units.`,
    );
  }
}

/** Shards that have units and no file, of a split that is the same for all files. */
function missingShards(parts: readonly NamedCheckpoint[]): string[] {
  const shards = parts.map(({ checkpoint }) => checkpoint.shard);
  const of = shards[0]?.of ?? 1;
  if (shards.some((shard) => (shard?.of ?? 1) !== of)) return [];
  const given = new Set(shards.map((shard) => shard?.part ?? 1));
  const all = Array.from({ length: Math.min(of, parts[0].checkpoint.search.units) }, (_, i) => i + 1);
  return all.filter((part) => !given.has(part)).map((part) => showShard({ part, of }));
}
