import { UsageError } from '../../../errors.ts';
import { immediateOf, OP, opcodeOf, opcodeText, PREFIXES } from './opcodes.ts';
import type { Reader } from './reader.ts';

/** An instruction, and what is known of what follows its opcode. */
export interface Instruction {
  readonly op: number;
  /** Its bytes in the module. */
  readonly from: number;
  readonly to: number;
  /** An index: of a function, of a segment, of a global; the first if there are two. */
  readonly index: number;
  /** What is added to the address of an access of memory. */
  readonly offset: number;
  readonly lane: number;
}

/** Which access of memory an alignment is of may stand in this bit; then the index of the memory follows. */
const HAS_MEMORY_INDEX = 0x40;

/** Reads one instruction. Throws a UsageError that names an opcode which is not known, and its place. */
function readInstruction(reader: Reader): Instruction {
  const from = reader.at;
  const first = reader.byte();
  const op = PREFIXES.has(first) ? opcodeOf(first, reader.u32()) : first;
  let index = 0;
  let offset = 0;
  let lane = 0;
  switch (immediateOf(op)) {
    case 'none':
      break;
    case 'block':
      blockType(reader);
      break;
    case 'index':
    case 'function':
      index = reader.u32();
      break;
    case 'indices':
      index = reader.u32();
      reader.u32();
      break;
    case 'labels':
      for (let left = reader.u32(); left >= 0; left--) reader.u32();
      break;
    case 'types':
      for (let left = reader.u32(); left > 0; left--) valueType(reader);
      break;
    case 'memory':
      offset = memoryArgument(reader);
      break;
    case 'memory and lane':
      offset = memoryArgument(reader);
      lane = reader.byte();
      break;
    case 'lane':
      lane = reader.byte();
      break;
    case 'zero':
      if (reader.byte() !== 0) refuseMemories(from);
      break;
    case 'integer':
    case 'heap type':
      reader.signed();
      break;
    case '4 bytes':
      reader.skip(4);
      break;
    case '8 bytes':
      reader.skip(8);
      break;
    case '16 bytes':
      reader.skip(16);
      break;
    case 'catches':
      blockType(reader);
      for (let left = reader.u32(); left > 0; left--) {
        // catch and catch_ref name a tag; all four name a label.
        if (reader.byte() < 2) reader.u32();
        reader.u32();
      }
      break;
    case undefined:
      throw new UsageError(
        `The module has the instruction ${opcodeText(op)} at byte ${from}, which is not known here: build it without the newer feature that it belongs to.`,
      );
  }
  return { op, from, to: reader.at, index, offset, lane };
}

function blockType(reader: Reader): void {
  reader.signed();
}

/** A type of a value that takes one byte, as all of WebAssembly 2.0 do. */
export function valueType(reader: Reader): number {
  const from = reader.at;
  const type = reader.byte();
  const isKnown = (type >= 0x7b && type <= 0x7f) || type === 0x70 || type === 0x6f || type === 0x69;
  if (!isKnown)
    throw new UsageError(
      `The module has a value of type 0x${type.toString(16)} at byte ${from}, which is not known here: build it without typed references and garbage collection.`,
    );
  return type;
}

function memoryArgument(reader: Reader): number {
  const from = reader.at;
  const alignment = reader.u32();
  if ((alignment & HAS_MEMORY_INDEX) !== 0) refuseMemories(from);
  return reader.u32();
}

function refuseMemories(at: number): never {
  throw new UsageError(
    `The module uses a second memory at byte ${at}, and only modules with one are checked: build it with one memory.`,
  );
}

/** Reads instructions up to the `end` of an expression or of a function's body, that one included. */
export function readExpression(reader: Reader, take: (instruction: Instruction) => void): void {
  for (let depth = 1; depth > 0;) {
    const instruction = readInstruction(reader);
    const { op } = instruction;
    if (op === OP.block || op === OP.loop || op === OP.if || op === OP.try || op === OP.tryTable) depth++;
    if (op === OP.end || op === OP.delegate) depth--;
    take(instruction);
  }
}
