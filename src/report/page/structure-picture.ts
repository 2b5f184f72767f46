import { type Html, markup } from '../../markup.ts';
import type { CellsView, MomentView, RunView, SlotView } from './run-view.ts';

const BOX = { width: 58, height: 40, gap: 22 };
const LEFT = 70;
const TOP = 34;
const ROW = 78;
/** As many boxes of a chain are drawn. */
const MOST = 10;
/** Of so many buckets those alone are drawn that lead to something. */
const MOST_EMPTY = 5;

/** The structure, its array or what its roots lead to, the free list below it, and the slots that belong to neither. */
export function structurePicture(view: Pick<RunView, 'roots' | 'kind'>, moment: MomentView): Html {
  const { inside, free, slots, cells, buckets } = moment;
  const placed = new Set([...inside, ...free]);
  const others = slots.flatMap((_, i) => (placed.has(i + 1) ? [] : [i + 1]));
  const named = buckets?.map((of, n) => ({ name: view.roots[n], of, isChain: true })) ?? [
    { name: view.kind, of: inside, isChain: true },
  ];
  const chains = takesSlots(view, moment)
    ? [
        ...named.filter(({ of }) => named.length < MOST_EMPTY || of.length > 0),
        // What the structure leads into and the free list has too is drawn once, in the structure.
        { name: 'free', of: free.filter((slot) => !inside.includes(slot)), isChain: true },
        { name: 'others', of: others, isChain: false },
      ]
    : [];
  const array = cells === undefined ? [] : [cellRow(view.kind, cells)];
  const width = LEFT + (MOST + 1) * (BOX.width + BOX.gap);
  const yOf = (i: number): number => TOP + (array.length + i) * ROW;
  const rows = chains.map(({ name, of, isChain }, i) => row(name, of, { isChain, y: yOf(i), moment }));
  const pointers = rootMarks(view.roots, moment, chains, yOf);
  const held = cells?.cells.flatMap(({ is, holds }) => (is === 'holding' ? [holds] : [])) ?? [];
  const told = [...inside.map((slot) => slots[slot - 1]?.life ?? slot), ...held].join(', ') || 'nothing';
  const height = TOP + (array.length + chains.length) * ROW - 14;
  return markup`<svg class="structure" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="The ${view.kind} holds ${told}.">${array}${rows}${pointers}</svg>`;
}

/** False of a structure that keeps all in its array. */
export function takesSlots({ roots }: Pick<RunView, 'roots'>, { cells }: Pick<MomentView, 'cells'>): boolean {
  return roots.length > 0 || cells === undefined;
}

/** The array: a box for each cell under its number, with its value; and the words that count. */
function cellRow(kind: string, { cells, indices }: CellsView): Html {
  const shown = cells.slice(0, MOST);
  const boxes = shown.map(({ is, holds }, i) => {
    const x = xOf(i);
    const owner = { holding: 'reachable', claimed: 'inHand', empty: 'free' }[is];
    return markup`<g class="node"><rect class="o-${owner}" x="${x}" y="${TOP}" width="${BOX.width}" height="${BOX.height}" rx="3"/><text class="small" x="${x + BOX.width / 2}" y="${TOP + 15}">${i}</text><text class="life" x="${x + BOX.width / 2}" y="${TOP + 32}">${is === 'claimed' ? is : holds}</text></g>`;
  });
  const more =
    cells.length > MOST &&
    markup`<text x="${xOf(MOST)}" y="${TOP + 24}">… ${cells.length - MOST} more</text>`;
  return markup`<text class="name" x="8" y="${TOP + 24}">${kind}</text>${boxes}${more}<text class="small" x="${LEFT}" y="${TOP - 13}">${indices}</text>`;
}

function row(
  name: string,
  of: readonly number[],
  { isChain, y, moment }: { readonly isChain: boolean; readonly y: number; readonly moment: MomentView },
): Html {
  const shown = of.slice(0, MOST);
  const boxes = shown.map((slot, i) => {
    const view = moment.slots[slot - 1] as SlotView | undefined;
    const x = xOf(i);
    const link = isChain && i < of.length - 1;
    const arrow =
      link &&
      markup`<path class="arrow" d="M${x + BOX.width + 2} ${y + BOX.height / 2 - 0.7}h${BOX.gap - 9}v-3.3l6 4l-6 4v-3.3h-${BOX.gap - 9}z"/>`;
    if (view === undefined) return markup`<text x="${x}" y="${y + 24}">${slot}</text>`;
    const holds = view.dummy ? 'dummy' : `${view.holds}${view.deleted === true ? ' deleted' : ''}`;
    const other = !isChain && view.next !== 0 ? `→${view.next}` : '';
    return markup`<g class="node"><rect class="o-${view.owner}" x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="3"/><text class="life" x="${x + BOX.width / 2}" y="${y + 17}">${view.life}</text><text class="small" x="${x + BOX.width / 2}" y="${y + 33}">${holds}${other}</text></g>${arrow}`;
  });
  const more =
    of.length > MOST && markup`<text x="${xOf(MOST)}" y="${y + 24}">… ${of.length - MOST} more</text>`;
  const empty = of.length === 0 && markup`<text class="faint" x="${LEFT}" y="${y + 24}">none</text>`;
  return markup`<text class="name" x="8" y="${y + 24}">${name}</text>${boxes}${more}${empty}`;
}

function xOf(place: number): number {
  return LEFT + place * (BOX.width + BOX.gap);
}

/** Where the roots point: a flag above the box of the slot that each names. */
function rootMarks(
  roots: readonly string[],
  moment: MomentView,
  chains: readonly { readonly of: readonly number[] }[],
  yOf: (chain: number) => number,
): Html[] {
  const flags = new Map<string, { x: number; y: number; names: string[] }>();
  for (const [i, name] of roots.entries()) {
    const slot = moment.roots[i] ?? 0;
    const at = chains.findIndex(({ of }) => of.slice(0, MOST).includes(slot));
    if (slot === 0 || at === -1) continue;
    const x = xOf(chains[at].of.indexOf(slot)) + BOX.width / 2;
    const known = flags.get(`${at} ${slot}`);
    if (known) known.names.push(name);
    else flags.set(`${at} ${slot}`, { x, y: yOf(at), names: [name] });
  }
  return [...flags.values()].map(
    ({ x, y, names }) =>
      markup`<path class="flag" d="M${x} ${y - 2}l-5 -7h10z"/><text class="root" x="${x}" y="${y - 13}">${names.join(', ')}</text>`,
  );
}
