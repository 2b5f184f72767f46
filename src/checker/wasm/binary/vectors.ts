import { InternalError } from '../../../errors.ts';
import { callModel, get, joinBytes, type Places } from './emit.ts';
import { OP } from './opcodes.ts';
import { unsigned } from './writer.ts';

/** How a vector is read or written by integers, for the model. */
interface VectorModel {
  readonly bytes: number;
  readonly takesVector: boolean;
  readonly givesVector: boolean;
  readonly usesLane: boolean;
  /** The code, with the address in a local. */
  readonly model: (at: number) => readonly number[];
}

const simd = (number: number): number[] => [0xfd, ...unsigned(number)];

/** Numbers of instructions, by the bytes of a lane: 1, 2, 4, 8. */
const SPLAT: Readonly<Record<number, number>> = { 1: 15, 2: 16, 4: 17, 8: 18 };
const EXTRACT: Readonly<Record<number, number>> = { 1: 22, 2: 25, 4: 27, 8: 29 };
const REPLACE: Readonly<Record<number, number>> = { 1: 23, 2: 26, 4: 28, 8: 30 };
/** The widening of the lower half that stands for `load8x8_s` and its five sisters. */
const EXTEND: readonly number[] = [135, 137, 167, 169, 199, 201];
const ZERO: readonly number[] = [...simd(12), ...Array.from({ length: 16 }, () => 0)];

/** A vector is two plain accesses of 64 bits; a lane, a splat or half a vector one. */
export function vectorModel(op: number, lane: number, places: Places): VectorModel {
  const number = op - OP.v128Load;
  const load = (bytes: number): number[] => callModel(places, `load${8 * bytes}` as 'load8');
  const store = (bytes: number): number[] => callModel(places, `store${8 * bytes}` as 'store8');
  const behind = [OP.i32Const, 8, 0x6a];
  const reads = { takesVector: false, givesVector: true, usesLane: false };
  if (op === OP.v128Load) {
    const model = (at: number): number[] =>
      joinBytes(
        [...get(at), ...load(8), ...simd(SPLAT[8])],
        [...get(at), ...behind, ...load(8), ...simd(REPLACE[8]), 1],
      );
    return { bytes: 16, ...reads, model };
  }
  if (op === OP.v128Store) {
    const half = (at: readonly number[], each: number): number[] =>
      joinBytes([...at, ...get(1), ...simd(EXTRACT[8]), each], store(8));
    const model = (at: number): number[] => [...half(get(at), 0), ...half([...get(at), ...behind], 1)];
    return { bytes: 16, takesVector: true, givesVector: false, usesLane: false, model };
  }
  if (number <= EXTEND.length) {
    const model = (at: number): number[] =>
      joinBytes([...get(at), ...load(8), ...simd(SPLAT[8])], simd(EXTEND[number - 1]));
    return { bytes: 8, ...reads, model };
  }
  if (op < OP.v128Store) {
    const bytes = 2 ** (number - 7);
    return { bytes, ...reads, model: (at) => [...get(at), ...load(bytes), ...simd(SPLAT[bytes])] };
  }
  if (op >= OP.v128Load8Lane && op < OP.v128Store8Lane) {
    const bytes = 2 ** (op - OP.v128Load8Lane);
    const model = (at: number): number[] =>
      joinBytes([...get(1), ...get(at), ...load(bytes)], [...simd(REPLACE[bytes]), lane]);
    return { bytes, takesVector: true, givesVector: true, usesLane: true, model };
  }
  if (op >= OP.v128Store8Lane && op < OP.v128Store8Lane + 4) {
    const bytes = 2 ** (op - OP.v128Store8Lane);
    const model = (at: number): number[] =>
      joinBytes([...get(at), ...get(1), ...simd(EXTRACT[bytes]), lane], store(bytes));
    return { bytes, takesVector: true, givesVector: false, usesLane: true, model };
  }
  if (op > OP.v128Load64Zero) throw new InternalError(`Opcode ${op} is no access of memory.`);
  const bytes = op === OP.v128Load64Zero ? 8 : 4;
  const model = (at: number): number[] =>
    joinBytes([...ZERO, ...get(at), ...load(bytes)], [...simd(REPLACE[bytes]), 0]);
  return { bytes, ...reads, model };
}
