/**
 * What follows an opcode. `function` is the index of a function, which is another one in a rewritten module; `indices` and `index` are of other
 * things. `memory` is an alignment and an offset.
 */
export type Immediate =
  | 'none'
  | 'block'
  | 'index'
  | 'indices'
  | 'function'
  | 'labels'
  | 'types'
  | 'memory'
  | 'memory and lane'
  | 'lane'
  | 'zero'
  | 'integer'
  | '4 bytes'
  | '8 bytes'
  | '16 bytes'
  | 'heap type'
  | 'catches';

/** Opcodes behind one of these bytes are numbers of their own. */
export const PREFIXES: ReadonlySet<number> = new Set([0xfc, 0xfd, 0xfe]);

/** An opcode as one number: its prefix, and the number behind it. */
export function opcodeOf(prefix: number, number: number): number {
  return prefix * 0x1_0000 + number;
}

/** The opcodes that are looked at, by name; as one number each, see `opcodeOf`. */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  try: 0x06,
  throw: 0x08,
  end: 0x0b,
  call: 0x10,
  callIndirect: 0x11,
  returnCall: 0x12,
  delegate: 0x18,
  tryTable: 0x1f,
  localGet: 0x20,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableSet: 0x26,
  i32Load: 0x28,
  i32Store: 0x36,
  i64Store32: 0x3e,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  refFunc: 0xd2,
  memoryInit: 0xfc0008,
  dataDrop: 0xfc0009,
  memoryCopy: 0xfc000a,
  memoryFill: 0xfc000b,
  tableInit: 0xfc000c,
  elemDrop: 0xfc000d,
  tableCopy: 0xfc000e,
  tableGrow: 0xfc000f,
  tableFill: 0xfc0011,
  v128Load: 0xfd0000,
  v128Store: 0xfd000b,
  v128Const: 0xfd000c,
  v128Load8Lane: 0xfd0054,
  v128Store8Lane: 0xfd0058,
  v128Load64Zero: 0xfd005d,
  atomicNotify: 0xfe0000,
  atomicWait32: 0xfe0001,
  atomicWait64: 0xfe0002,
  atomicFence: 0xfe0003,
  atomicLoad: 0xfe0010,
  atomicLast: 0xfe004e,
} as const;

const FC = opcodeOf(0xfc, 0);
const SIMD = opcodeOf(0xfd, 0);
const ATOMIC = opcodeOf(0xfe, 0);

const KNOWN = new Map<number, Immediate>();

function known(immediate: Immediate, ...ranges: readonly (readonly [from: number, to?: number])[]): void {
  for (const [from, to = from] of ranges) for (let op = from; op <= to; op++) KNOWN.set(op, immediate);
}

/** All of WebAssembly 2.0 with sign extension, saturating conversion, threads, tail calls, and exceptions of both forms. */
known('none', [0x00, 0x01], [0x05], [0x0a, 0x0b], [0x0f], [0x19, 0x1b], [0x45, 0xc4], [0xd1]);
known('block', [0x02, 0x04], [0x06]);
known('index', [0x07, 0x09], [0x0c, 0x0d], [0x18], [0x20, 0x26]);
known('labels', [0x0e]);
known('function', [0x10], [0x12], [0xd2]);
known('indices', [0x11], [0x13]);
known('types', [0x1c]);
known('catches', [0x1f]);
known('memory', [0x28, 0x3e]);
known('zero', [0x3f, 0x40]);
known('integer', [0x41, 0x42]);
known('4 bytes', [0x43]);
known('8 bytes', [0x44]);
known('heap type', [0xd0]);
known('none', [FC, FC + 7]);
known('indices', [FC + 8], [FC + 10], [FC + 12], [FC + 14]);
known('index', [FC + 9], [FC + 11], [FC + 13], [FC + 15, FC + 17]);
known('memory', [SIMD, SIMD + 11], [SIMD + 92, SIMD + 93]);
known('16 bytes', [SIMD + 12, SIMD + 13]);
known('none', [SIMD + 14, SIMD + 20], [SIMD + 35, SIMD + 83], [SIMD + 94, SIMD + 255]);
known('lane', [SIMD + 21, SIMD + 34]);
known('memory and lane', [SIMD + 84, SIMD + 91]);
known('memory', [ATOMIC, ATOMIC + 2], [ATOMIC + 0x10, ATOMIC + 0x4e]);
known('zero', [ATOMIC + 3]);
/** Numbers of SIMD that were given to no instruction. */
for (const gap of [
  154, 162, 165, 166, 175, 176, 178, 179, 180, 187, 194, 197, 198, 207, 208, 210, 211, 212, 226, 238,
])
  KNOWN.delete(SIMD + gap);

/** What follows an opcode; undefined if it is not known. */
export function immediateOf(op: number): Immediate | undefined {
  return KNOWN.get(op);
}

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

/** An opcode as it stands in a module: `0xfd 154`. */
export function opcodeText(op: number): string {
  const prefix = Math.floor(op / 0x1_0000);
  return prefix === 0 ? hex(op) : `${hex(prefix)} ${op % 0x1_0000}`;
}
