import { BrokenDwarf, DwarfData, type Sections } from './data.ts';
import { AT, type DebugEntry, numberAt, TAG, textAt } from './entries.ts';
import { addressAt } from './forms.ts';
import { type LineRow, readLines } from './lines.ts';

type Range = readonly [from: number, to: number];

/** A function's code within that of another one, and where it was called. */
interface Inlined {
  readonly ranges: readonly Range[];
  readonly depth: number;
  readonly file: string;
  readonly line: number;
}

/** Files of compilers and of libraries. */
const NOT_OWN = /(?:^|\/)(?:usr|rustc|include|sysroot|\.cargo|\.rustup|emscripten|wasi-sdk)\/|^~lib\//;

/** Where code stands in its source, by debug information. */
export class SourcePlaces {
  readonly #rows: readonly LineRow[];
  readonly #inlined: readonly Inlined[];

  constructor(entries: ReadonlyMap<number, DebugEntry>, sections: Sections) {
    const rows: LineRow[] = [];
    const inlined: Inlined[] = [];
    for (const entry of entries.values()) {
      if (entry.tag !== TAG.compileUnit) continue;
      const at = numberAt(entry, AT.statements);
      if (at === null) continue;
      const table = readLines(sections, at, textAt(entry, AT.directory) ?? '');
      // A table of rows of code that the linker has left out begins at 0, or far behind the end.
      rows.push(...table.rows.filter(({ address }) => address > 0 && address < 0xfffffffe));
      collectInlined(entry, table.files, 0, sections, inlined);
    }
    this.#rows = rows.toSorted((a, b) => a.address - b.address || Number(b.isEnd) - Number(a.isEnd));
    this.#inlined = inlined;
  }

  /** The places of an instruction, from the innermost function to the outermost that it is inlined into: `lock.c:12`. Own ones come first. */
  placeOf(address: number): { readonly text: string; readonly isOwn: boolean } | null {
    const around = this.#inlined
      .filter(({ ranges }) => ranges.some(([from, to]) => from <= address && address < to))
      .toSorted((a, b) => b.depth - a.depth);
    const row = this.#rowOf(address);
    const all = [...(row === null ? [] : [row]), ...around].filter(
      ({ line, file }) => line > 0 && file !== '',
    );
    const place = all.find(({ file }) => !NOT_OWN.test(file)) ?? all[0];
    if (place === undefined) return null;
    return { text: `${place.file.replace(/^.*[\\/]/, '')}:${place.line}`, isOwn: !NOT_OWN.test(place.file) };
  }

  /** The last row before an instruction that belongs to a line. */
  #rowOf(address: number): LineRow | null {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#rows[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0 && !this.#rows[at].isEnd; at--)
      if (this.#rows[at].line > 0) return this.#rows[at];
    return null;
  }
}

function collectInlined(
  entry: DebugEntry,
  files: readonly string[],
  depth: number,
  sections: Sections,
  into: Inlined[],
): void {
  for (const child of entry.children) {
    if (child.tag === TAG.inlined) {
      const file = files[numberAt(child, AT.callFile) ?? -1] ?? '';
      into.push({ ranges: rangesOf(child, sections), depth, file, line: numberAt(child, AT.callLine) ?? 0 });
    }
    if (child.children.length > 0) collectInlined(child, files, depth + 1, sections, into);
  }
}

function rangesOf(entry: DebugEntry, sections: Sections): Range[] {
  const [low, high, ranges] = [AT.low, AT.high, AT.ranges].map((name) => numberAt(entry, name));
  if (low !== null && high !== null) return [[low, high]];
  if (ranges === null) return [];
  try {
    return entry.unit.version < 5 ? oldRanges(entry, ranges, sections) : newRanges(entry, ranges, sections);
  } catch (error) {
    if (error instanceof BrokenDwarf) return [];
    throw error;
  }
}

function baseOf(entry: DebugEntry): number {
  let at = entry;
  while (at.parent !== null) at = at.parent;
  return numberAt(at, AT.low) ?? 0;
}

function oldRanges(entry: DebugEntry, at: number, sections: Sections): Range[] {
  const data = new DwarfData(sections('.debug_ranges'), at);
  const bytes = entry.unit.address;
  const found: Range[] = [];
  let base = baseOf(entry);
  for (;;) {
    const [from, to] = [data.unsigned(bytes), data.unsigned(bytes)];
    if (from === 0 && to === 0) return found;
    if (from === 2 ** (8 * bytes) - 1) base = to;
    else found.push([base + from, base + to]);
  }
}

/** Kinds of entries of a range list, by DWARF 5. */
const RANGE = {
  end: 0,
  baseIndex: 1,
  startEndIndex: 2,
  startLengthIndex: 3,
  pair: 4,
  base: 5,
  startEnd: 6,
  startLength: 7,
} as const;

function newRanges(entry: DebugEntry, given: number, sections: Sections): Range[] {
  const { unit } = entry;
  const lists = sections('.debug_rnglists');
  // A small number is an index into the table of offsets at the beginning of the unit's lists.
  const offsets = new DwarfData(lists, unit.rangeLists + given * unit.offset);
  const at =
    unit.rangeLists > 0 && given < unit.rangeLists ? unit.rangeLists + offsets.unsigned(unit.offset) : given;
  const data = new DwarfData(lists, at);
  const found: Range[] = [];
  const indexed = (): number => addressAt(data.uleb(), unit, sections);
  let base = baseOf(entry);
  for (;;) {
    const kind = data.unsigned(1);
    if (kind === RANGE.end) return found;
    if (kind === RANGE.baseIndex) base = indexed();
    else if (kind === RANGE.base) base = data.unsigned(unit.address);
    else if (kind === RANGE.startEndIndex) found.push([indexed(), indexed()]);
    else if (kind === RANGE.startLengthIndex) {
      const from = indexed();
      found.push([from, from + data.uleb()]);
    } else if (kind === RANGE.pair) found.push([base + data.uleb(), base + data.uleb()]);
    else if (kind === RANGE.startEnd) found.push([data.unsigned(unit.address), data.unsigned(unit.address)]);
    else if (kind === RANGE.startLength) {
      const from = data.unsigned(unit.address);
      found.push([from, from + data.uleb()]);
    } else throw new BrokenDwarf();
  }
}
