import { cardOfStructure, structures } from '../../src/laboratory/structures.ts';
import * as layout from '../../src/kernel/layout.ts';
import { named, shared, type Region } from './regions.ts';

const { LINE } = layout;

/** `R_DAMAGE_SLOT` as a person writes it. */
function spoken(name: string): string {
  return name
    .replace(/^[A-Z]_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}

function row(address: string, name: string, what: string): string {
  return `${address.padStart(13)}  ${name.padEnd(12)}  ${what}`.trimEnd();
}

/** One line for all buffers: the address of what comes after the records depends on how many there are. */
function buffer(): string[] {
  const header = named('H_');
  const last = header.at(-1)!;
  const words: Record<string, string> = {
    FREE_TOP: 'pointer word: the first free slot',
    GLOBAL: "the scheme's global words",
  };
  const roots = structures
    .filter(({ ROOTS }) => ROOTS > 0)
    .map(
      (each) =>
        `${cardOfStructure(each)
          .roots.map(({ name }) => name)
          .join(', ')} of the ${each.TITLE}`,
    );
  return [
    row('word', 'region', 'what'),
    row('0', 'header', `${last.start + last.length} words, from ${header[0]!.name} to ${last.name}`),
    ...shared().map(({ name, start }) => row(String(start), name, words[name] ?? '')),
    row(String(layout.ROOTS), 'roots', `pointer words, a line each: ${roots.join('; ')}`),
    row('', 'cells', "the structure's array, in whole lines"),
    row('recordsBase', 'records', 'one for each thread, from T1; recordWords(threads) apart'),
    row('slotsBase', 'slot 0', 'null: belongs to nobody'),
    row('+ stride', 'slot 1', 'and so on, stride words apart'),
    row('totalWords', '', ''),
  ];
}

/** A box of regions, drawn as one row of cells a few words wide; what is longer says how long it is. */
function strip(regions: readonly Region[], width: number): string[] {
  const cells = regions.map(({ name, length, start }) => {
    const text = length === 1 ? spoken(name) : `${spoken(name)} × ${length}`;
    return { text, at: `+${start}`, wide: Math.max(text.length, `+${start}`.length) + 2 };
  });
  const rows: (typeof cells)[] = [];
  let used = width;
  for (const cell of cells) {
    if (used + cell.wide + 1 > width) {
      rows.push([]);
      used = 1;
    }
    rows.at(-1)!.push(cell);
    used += cell.wide + 1;
  }
  return rows.flatMap((cellsOfRow) => [
    `  ┌${cellsOfRow.map(({ at, wide }) => at.padEnd(wide, '─')).join('┬')}┐`,
    `  │${cellsOfRow.map(({ text, wide }) => ` ${text}`.padEnd(wide)).join('│')}│`,
    `  └${cellsOfRow.map(({ wide }) => '─'.repeat(wide)).join('┴')}┘`,
  ]);
}

/** A record, a line of the cache in each part. `R_LISTS` and the like are as long as their constants say. */
function record(): string[] {
  const fields = named('R_');
  const parts = [
    [0, layout.R_COUNTERS, 'written by its owner, and the status by an heir'],
    [layout.R_COUNTERS, layout.R_ANNOUNCE, 'written by its owner'],
    [layout.R_ANNOUNCE, layout.R_CHAIN, 'read by the others'],
    [layout.R_CHAIN, layout.R_SCRATCH, 'written by its owner'],
  ] as const;
  const drawn = parts.flatMap(([from, to, who]) => [
    `line ${from / LINE + 1} of a record, ${who}`,
    ...strip(
      fields.filter(({ start }) => start >= from && start < to),
      108,
    ),
  ]);
  return [
    ...drawn,
    `lists: ${layout.LISTS} of top, count and stamp; counters: ${layout.COUNTERS} of two words, low word first`,
    `from +${layout.R_SCRATCH} in whole lines: scratch, ${layout.SCRATCH} words a thread`,
  ];
}

/** The drawing at the top of src/kernel/layout.ts. */
export function drawing(): string {
  return [
    ...buffer(),
    '',
    ...record(),
    '',
    `a slot: ${layout.MIN_STRIDE} words or more, its stride`,
    ...strip(named('S_'), 108),
  ].join('\n');
}
