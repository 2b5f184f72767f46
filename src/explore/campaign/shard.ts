/** One of `of` parts of a search, numbered from 1. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

/** Reads `2/3`; null for anything else. */
export function parseShard(text: string): Shard | null {
  const [, part, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const shard = { part: Number(part), of: Number(of) };
  return shard.part >= 1 && shard.part <= shard.of ? shard : null;
}

export function showShard({ part, of }: Shard): string {
  return `${part}/${of}`;
}

/** The numbers of a shard's units: every unit is in one shard, and neighbours, which are often alike in size, are in different ones. */
export function unitsOf(shard: Shard | null, units: number): number[] {
  const all = Array.from({ length: units }, (_, unit) => unit);
  return shard === null ? all : all.filter((unit) => unit % shard.of === shard.part - 1);
}
