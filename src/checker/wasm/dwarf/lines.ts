import { BrokenDwarf, DwarfData, type Sections } from './data.ts';
import { readForm, type UnitBases } from './forms.ts';

/** A line of a source file, of the instructions from an address on. */
export interface LineRow {
  readonly address: number;
  readonly file: string;
  /** 0 where the code belongs to no line. */
  readonly line: number;
  /** True for the first address behind the code. */
  readonly isEnd: boolean;
}

/** A table of lines: its rows, and its files by their numbers. */
export interface LineTable {
  readonly rows: readonly LineRow[];
  readonly files: readonly string[];
}

interface Header {
  readonly files: string[];
  readonly lineBase: number;
  readonly lineRange: number;
  readonly lengths: readonly number[];
  readonly least: number;
}

/** The table of lines that stands at a place in `.debug_line`; without rows from where it is broken. */
export function readLines(sections: Sections, at: number, directory: string): LineTable {
  const data = new DwarfData(sections('.debug_line'), at);
  const rows: LineRow[] = [];
  let files: string[] = [];
  try {
    const { end, offset } = data.length();
    const version = data.unsigned(2);
    if (version === 5) data.skip(2);
    const behind = data.unsigned(offset);
    const program = data.at + behind;
    const header = readHeader(data, version, offset, sections, directory);
    ({ files } = header);
    data.at = program;
    runProgram(data, end, header, rows);
  } catch (error) {
    if (!(error instanceof BrokenDwarf)) throw error;
  }
  return { rows, files };
}

function readHeader(
  data: DwarfData,
  version: number,
  offset: number,
  sections: Sections,
  directory: string,
): Header {
  const least = data.unsigned(1);
  if (version >= 4) data.skip(1);
  data.skip(1);
  const lineBase = data.signed(1);
  const lineRange = Math.max(1, data.unsigned(1));
  const opcodeBase = data.unsigned(1);
  const lengths = Array.from({ length: opcodeBase - 1 }, () => data.unsigned(1));
  const header = { lineBase, lineRange, lengths, least };
  if (version >= 5) {
    const directories = readPaths(data, offset, sections).map(({ name }) => name);
    const files = readPaths(data, offset, sections).map(({ name, index }) =>
      joined(directories[index], name),
    );
    return { ...header, files };
  }
  const directories = [directory];
  for (let name = data.text(); name !== ''; name = data.text()) directories.push(joined(directory, name));
  const files = [''];
  for (let name = data.text(); name !== ''; name = data.text()) {
    files.push(joined(directories[data.uleb()], name));
    data.uleb();
    data.uleb();
  }
  return { ...header, files };
}

function joined(directory: string | undefined, name: string): string {
  return name.startsWith('/') || !directory ? name : `${directory}/${name}`;
}

/** Kinds of what is told of a path. */
const PATH = 1;
const DIRECTORY_INDEX = 2;

function readPaths(data: DwarfData, offset: number, sections: Sections): { name: string; index: number }[] {
  const formats = Array.from({ length: data.unsigned(1) }, () => [data.uleb(), data.uleb()] as const);
  const unit: UnitBases = { start: 0, version: 5, offset, address: 4, strings: 8, addresses: 8 };
  return Array.from({ length: data.uleb() }, () => {
    let [name, index] = ['', 0];
    for (const [kind, form] of formats) {
      const value = readForm(data, form, 0, unit, sections);
      if (kind === PATH && typeof value === 'string') name = value;
      if (kind === DIRECTORY_INDEX && typeof value === 'number') index = value;
    }
    return { name, index };
  });
}

/** Opcodes of a program of lines that are looked at; of the others it is known how many numbers follow. */
const OPCODE = {
  extended: 0,
  copy: 1,
  advance: 2,
  advanceLine: 3,
  setFile: 4,
  constant: 8,
  fixed: 9,
} as const;
const EXTENDED = { end: 1, setAddress: 2 } as const;

function runProgram(data: DwarfData, end: number, header: Header, rows: LineRow[]): void {
  const { files, lineBase, lineRange, lengths, least } = header;
  const opcodeBase = lengths.length + 1;
  let [address, file, line] = [0, 1, 1];
  const row = (isEnd: boolean): void => void rows.push({ address, file: files[file] ?? '', line, isEnd });
  while (data.at < end) {
    const opcode = data.unsigned(1);
    if (opcode >= opcodeBase) {
      const special = opcode - opcodeBase;
      address += Math.floor(special / lineRange) * least;
      line += lineBase + (special % lineRange);
      row(false);
    } else if (opcode === OPCODE.extended) {
      const length = data.uleb();
      const next = data.at + length;
      const which = data.unsigned(1);
      if (which === EXTENDED.setAddress) address = data.unsigned(length - 1);
      if (which === EXTENDED.end) {
        row(true);
        [address, file, line] = [0, 1, 1];
      }
      data.at = next;
    } else if (opcode === OPCODE.copy) row(false);
    else if (opcode === OPCODE.advance) address += data.uleb() * least;
    else if (opcode === OPCODE.advanceLine) line += data.sleb();
    else if (opcode === OPCODE.setFile) file = data.uleb();
    else if (opcode === OPCODE.constant) address += Math.floor((255 - opcodeBase) / lineRange) * least;
    else if (opcode === OPCODE.fixed) address += data.unsigned(2);
    else for (let left = lengths[opcode - 1]; left > 0; left--) data.uleb();
  }
}
