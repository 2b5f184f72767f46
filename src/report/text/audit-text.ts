import { keptTwice, keptWords } from '../../laboratory/announcements.ts';
import { anyRoot, kindIn, rootNames, structureOf } from '../../laboratory/structures.ts';
import { equation, type Audit, type SlotClass } from '../../judge/audit/audit.ts';
import { miscount } from '../../judge/audit/census.ts';
import type { Loss } from '../../judge/audit/blame.ts';
import { grouped } from '../../judge/groups.ts';
import type { HeldBack } from '../../judge/audit/holder.ts';
import type { ThreadTotals, Totals } from '../../judge/audit/thread-records.ts';
import { DAMAGE_BAD_RETIRE, DAMAGE_DOUBLE_FREE, DAMAGE_NOT_FREE } from '../../kernel/layout.ts';
import { counted, plural, withCommas } from '../../counted.ts';
import { fittedTable, hang, padLeft, widthOf, wrap } from './columns.ts';
import { chainLines, handLines, heldKinds } from './hand-text.ts';
import { slotList } from '../words.ts';
import { strayText } from './stray-text.ts';
import type { Style } from './style.ts';

/** What an audit is told from. */
export interface AuditReport {
  /** What was audited, for the heading: `after step 36`, `of slab.snapshot`. */
  readonly of: string;
  readonly audit: Audit;
  /** The leaked slots with whom to blame, ascending; of many, the first. */
  readonly losses: readonly Loss[];
  /** The retired slots with who holds them back; of many, the first. */
  readonly retained: readonly HeldBack[];
  /** The most slots that were unreclaimed at once, where a recording shows it; else null. */
  readonly peak?: number | null;
  /** How a value is shown. */
  readonly show: (value: number) => string;
  /** True for the counters of each thread as well, and for notes without end. */
  readonly all: boolean;
}

/** How many notes of a kind are shown unless all are asked for, and how many slots are named at most. */
const NOTES = 6;
export const NAMED = 200;

/** The audit of a slab: the equation, what is wrong with whom to blame, what is held back, who has what in hand, and the counters. */
export function auditText(report: AuditReport, style: Style): string {
  return [...verdictLines(report, style), ...stateLines(report, style), ...countLines(report, style)].join(
    '\n',
  );
}

/** The equation and what is wrong: the part that ends every story. */
export function verdictLines({ of, audit, losses, all }: AuditReport, style: Style): string[] {
  return [
    ...wrap(`${style.heading('AUDIT')} ${of}`, style.columns, '  '),
    ...wrap(`  ${equation(audit, style)}`, style.columns, '    '),
    ...damageLines(audit, style),
    ...noteLines(notesOfLosses(losses, style), audit.leaked, { all, style, what: 'leaked slots' }),
  ];
}

interface Wrong {
  readonly of: SlotClass;
  readonly name: string;
  readonly count: (audit: Audit) => number;
  readonly means: (audit: Audit) => string;
}

const WRONGS: readonly Wrong[] = [
  {
    of: 'conflict',
    name: 'conflict',
    count: (audit) => audit.conflicts,
    means: (audit) => conflictMeans(audit),
  },
  { of: 'leaked', name: 'leaked', count: (audit) => audit.leaked, means: () => 'without an owner' },
  {
    of: 'stranded',
    name: 'stranded',
    count: (audit) => audit.stranded,
    means: (audit) => strandedMeans(audit),
  },
  {
    of: 'cyclic',
    name: 'cyclic',
    count: (audit) => audit.cyclic,
    means: () => 'on a circle of next words',
  },
  {
    of: 'retiredTwice',
    name: 'retired twice',
    count: (audit) => audit.retiredTwice,
    means: ({ geometry }) => keptTwice(geometry),
  },
];

function damageLines(audit: Audit, style: Style): string[] {
  const rows = WRONGS.flatMap(({ of, name, count, means }) => {
    const total = count(audit);
    if (total === 0) return [];
    const slots = total === audit.slots ? 'all slots' : slotsText(audit.slotsOf(of, NAMED), total, style);
    return [{ name, total, slots, means: means(audit) }];
  });
  const lines = rows.flatMap(({ name, total, slots, means }) => {
    const head = `  ${style.damage(`! ${name} ${withCommas(total)}`)}`;
    const gap = ' '.repeat(Math.max(1, WRONG - widthOf(head)));
    const text = wrap(`${slots}: ${means}.`, style.columns - WRONG);
    return [`${head}${gap}${text[0]}`, ...text.slice(1).map((line) => ' '.repeat(WRONG) + line)];
  });
  const stray = strayText(audit, style);
  if (stray !== null) {
    const head = `  ${style.damage(`! stray writes ${withCommas(stray.count)}`)}  `;
    lines.push(...wrap(head + stray.where, style.columns, '    '));
  }
  if (audit.wild > 0) {
    const words = plural(audit.wild, 'a word names a slot', 'words name slots');
    lines.push(
      ...wrap(
        `  ${style.damage(`! wild ${withCommas(audit.wild)}`)}  ${words} that the slab does not have.`,
        style.columns,
        '    ',
      ),
    );
  }
  return lines;
}

/** The column in which what is wrong is told. */
const WRONG = 22;

/** What it is to be stranded: `reachable from Tail and not from Head`. */
export function strandedMeans(audit: Audit): string {
  const [first, ...others] = rootNames(audit.geometry);
  return `reachable from ${others.join(' or ')} and not from ${first}`;
}

/** Which classes claim a slot at once, for the first slot with more than one. */
export function conflictMeans(audit: Audit): string {
  const names: Partial<Record<SlotClass, string>> = {
    reachable: `reachable from ${anyRoot(audit.geometry)}`,
    inHand: 'in hand',
    ...keptWords(audit.geometry),
    free: 'on the free list',
  };
  const kinds = new Map<string, number>();
  for (const slot of audit.slotsOf('conflict', NAMED)) {
    const owners = audit.classesOf(slot).flatMap((of) => names[of] ?? []);
    // The free list and the caches are one class.
    const isAlone = audit.geometry.cache === 0;
    if (owners.length === 1) owners.push(isAlone ? 'there once more' : 'in a cache, or in two');
    const text = `${owners.slice(0, -1).join(', ')} AND ${owners.at(-1)}`;
    kinds.set(text, (kinds.get(text) ?? 0) + 1);
  }
  return [...kinds]
    .map(([text, count]) => (kinds.size === 1 ? text : `${withCommas(count)} ${text}`))
    .join('; ');
}

/** One note for all slots that were lost by the same cut, or whose words tell the same. */
function notesOfLosses(losses: readonly Loss[], style: Style): string[] {
  return notesOfAlike(
    losses.map((loss) => ({
      ...loss,
      // The note on what one cut has lost names all of it.
      named: loss.cut === null ? [] : loss.together,
      alike:
        loss.cut === null ? `${loss.state}: ${loss.expected}` : `by the cut that lost ${loss.together[0]}`,
    })),
    style,
  );
}

/** One note for all slots of a list that the same words hold back, for the same time in epochs. */
function notesOfRetained(retained: readonly HeldBack[], style: Style): string[] {
  return notesOfAlike(
    retained.map((held) => {
      const holders = held.holders.map(({ address }) => address);
      const stamp = held.unit === 'epochs' ? held.stamp : '';
      return { ...held, alike: [held.thread, held.list, held.through, stamp, ...holders].join(' ') };
    }),
    style,
    (slots) => `The same holds back ${slots}, each with steps and times of its own.`,
  );
}

interface Told {
  readonly slot: number;
  readonly note: string;
  /** The same for slots of which the same can be said. */
  readonly alike: string;
  /** Slots that the note names itself. */
  readonly named?: readonly number[];
}

function notesOfAlike(
  all: readonly Told[],
  style: Style,
  same: (slots: string) => string = (slots) => `The same with ${slots}.`,
): string[] {
  return [...grouped(all, ({ alike }) => alike).values()].map(([{ note, named = [] }, ...more]) => {
    const told = new Set(named);
    const others = more.filter(({ slot }) => !told.has(slot));
    if (others.length === 0) return note;
    const slots = others.map(({ slot }) => slot).toSorted((a, b) => a - b);
    return `${note} ${same(slotsText(slots, slots.length, style))}`;
  });
}

function slotsText(slots: readonly number[], total: number, style: Style): string {
  const list = slotList(slots.slice(0, NAMED), { total, ellipsis: style.glyph.ellipsis });
  return `${plural(total, 'slot')} ${list}`;
}

interface NoteOptions {
  readonly all: boolean;
  readonly style: Style;
  readonly what: string;
}

function noteLines(notes: readonly string[], total: number, { all, style, what }: NoteOptions): string[] {
  const shown = all ? notes : notes.slice(0, NOTES);
  const lines = shown.flatMap((note) => {
    const [first, ...more] = wrap(note, style.columns - 6);
    return [
      `    ${style.glyph.corner} ${style.note(first)}`,
      ...more.map((line) => `      ${style.note(line)}`),
    ];
  });
  if (notes.length > shown.length)
    lines.push(
      ...hang(
        `    ${style.glyph.corner} `,
        style.faint(`${style.glyph.ellipsis} of ${total} ${what}; --all shows more of them.`),
        style.columns,
      ),
    );
  return lines;
}

function stateLines({ audit, retained, show, all }: AuditReport, style: Style): string[] {
  const lines: string[] = [];
  for (const [kind, count, held] of heldKinds(audit, retained)) {
    if (count === 0) continue;
    lines.push(`  ${kind.padEnd(7)} ${count}`);
    lines.push(...noteLines(notesOfRetained(held, style), count, { all, style, what: `${kind} slots` }));
  }
  for (const hand of audit.takenFromHandOvers().filter(({ counts }) => counts))
    lines.push(...handLines(hand, audit, style));
  lines.push(...audit.slotsInHand().flatMap((hand) => handLines(hand, audit, style)));
  lines.push(...audit.chainsInHand().flatMap((chain) => chainLines(chain, audit, style)));
  for (const hand of audit.magazinesInHand())
    lines.push(...handLines(hand, audit, style, 'the magazine of slot'));
  for (const { thread, slots } of audit.caches())
    lines.push(
      ...row('cached', `free in the cache of T${thread}: ${slotsText(slots, slots.length, style)}.`, style),
    );
  const inside = structureOf(audit.geometry)?.structure.KIND ?? 'inside';
  const queue = audit.values(SHOWN).map((value) => show(value));
  const more = audit.values(SHOWN + 1).length > queue.length ? ` ${style.glyph.ellipsis}` : '';
  lines.push(...row(inside, queue.length === 0 ? 'empty' : `${queue.join(' ')}${more}`, style));
  return lines;
}

function row(label: string, text: string, style: Style): string[] {
  return hang(`  ${label.padEnd(8)} `, text, style.columns);
}

/** How many values of the queue are shown. */
const SHOWN = 12;

function countLines({ audit, all, peak = null }: AuditReport, style: Style): string[] {
  const { totals, threads } = audit;
  return [
    ...row(
      'in use',
      `${withCommas(totals.inUse)} now, beside ${withCommas(totals.everAllocated)} ever allocated in ${withCommas(audit.slots)} slots; ${withCommas(totals.freed)} freed`,
      style,
    ),
    ...row(
      'garbage',
      `${withCommas(audit.unreclaimed)} unreclaimed now, ${peakText(peak, totals)}; ${withCommas(totals.retiredEver)} ever retired`,
      style,
    ),
    ...miscountLine(audit, style),
    ...row(
      'work',
      `${withCommas(totals.operations)} operations begun, isEmpty among them; full ${withCommas(totals.full)}, empty ${withCommas(totals.empty)}; failed CAS ${failuresText(totals)}${restartsText(totals)}`,
      style,
    ),
    ...damageNoticed(audit, style),
    ...(all ? threadLines(threads, style) : []),
  ];
}

/** Each thread keeps a peak of its own, and these need not have been at the same time: without a recording they say no more than this. */
function peakText(peak: number | null, { unreclaimedPeak }: Totals): string {
  return peak === null ? `never more than ${withCommas(unreclaimedPeak)}` : `${withCommas(peak)} at most`;
}

/** The scheme's own count, where the slab says something else. */
function miscountLine(audit: Audit, style: Style): string[] {
  const wrong = miscount(audit, audit.totals.unreclaimedCounted);
  return wrong === null ? [] : [`  ${style.damage('! miscount')} ${wrong}`];
}

function failuresText({ failures }: Totals): string {
  const some = Object.entries(failures).filter(([, count]) => count > 0);
  return some.length === 0
    ? 'none'
    : some.map(([label, count]) => `${label} ${withCommas(count)}`).join(', ');
}

/** How often operations had to start over, under a scheme that has them do so. */
function restartsText({ restarts }: Totals): string {
  return restarts === 0 ? '' : `; ${counted(restarts, 'restart')}`;
}

const NOTICED: Readonly<Record<number, string>> = {
  [DAMAGE_DOUBLE_FREE]: 'a slot was freed that was free already',
  [DAMAGE_BAD_RETIRE]: 'a slot was retired that was not in the {kind}',
  [DAMAGE_NOT_FREE]: 'the free list handed out a slot that was not free',
};

function damageNoticed({ geometry, threads }: Audit, style: Style): string[] {
  return threads.flatMap(({ thread, damage }) =>
    damage === null
      ? []
      : wrap(
          `  ${style.damage('! noticed')} by T${thread} itself, ${damage.count === 1 ? 'once' : `${withCommas(damage.count)} times`}: ${NOTICED[damage.kind]?.replace('{kind}', kindIn(geometry)) ?? 'damage'}, first slot ${damage.slot}`,
          style.columns,
          '    ',
        ),
  );
}

function threadLines(threads: readonly ThreadTotals[], style: Style): string[] {
  const heads = [
    'thread',
    'status',
    'in',
    'operations',
    'allocated',
    'freed',
    'retired',
    'unreclaimed',
    'peak',
  ];
  const rows = threads.map((each) => [
    `T${each.thread}`,
    each.heir === null ? each.status : `${each.status} by T${each.heir}`,
    each.operation === 'none' ? '-' : each.operation,
    ...[each.operations, each.allocated, each.freed, each.retired, each.unreclaimed, each.peak].map(
      (count, i) => padLeft(withCommas(count), heads[i + 3].length),
    ),
  ]);
  const inside = { ...style, columns: style.columns - 2 };
  return ['', ...fittedTable(heads, rows, inside).map((line) => `  ${line}`)];
}
