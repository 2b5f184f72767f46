import { type ModuleAccess, accessOf, type Does, TYPE } from './accesses.ts';
import { callModel, get, joinBytes, type Places } from './emit.ts';
import type { ModelFunction } from './imports.ts';
import type { FunctionType } from './module.ts';
import { OP } from './opcodes.ts';
import { vectorModel } from './vectors.ts';
import { signed, unsigned } from './writer.ts';

/** A function that a rewritten module has besides its own: it makes an access of memory, or lets the model make it. */
export interface Helper {
  readonly type: FunctionType;
  /** Its locals and its code. */
  readonly body: readonly number[];
}

const { i32, i64, f32, f64, v128 } = TYPE;
const EMPTY = 0x40;
/** How many values an access takes, where it is not one. */
const OPERANDS: Readonly<Partial<Record<Does, number>>> = { load: 0, cas: 2 };
const CHANGES: readonly Does[] = ['add', 'sub', 'and', 'or', 'xor', 'exchange'];

/** An instruction with its prefix, and the alignment and the offset of 0 that follow it. */
function accessing(op: number, bytes: number): number[] {
  const prefix = Math.floor(op / 0x1_0000);
  const code = prefix === 0 ? [op] : [prefix, ...unsigned(op % 0x1_0000)];
  // An atomic access must have its own alignment; any other may have less.
  return [...code, prefix === 0xfe ? Math.log2(bytes) : 0, 0];
}

/**
 * The helper for an instruction: parameters are what the instruction takes, the address first, and then its offset.
 *
 * @param lane of an instruction for one lane of a vector
 */
export function helperFor(op: number, lane: number, places: Places): Helper {
  const waits = WAITING.get(op);
  if (waits !== undefined) return waiting(waits, places);
  const access = accessOf(op);
  if (access === null) return vectorHelper(op, lane, places);
  const { does, type, bytes } = access;
  const values = Array.from({ length: OPERANDS[does] ?? 1 }, () => type);
  const results = does === 'store' ? [] : [type];
  const own = (at: number): number[] => [
    ...get(at),
    ...values.flatMap((_, i) => get(i + 1)),
    ...accessing(op, bytes),
  ];
  return guarded({ parameters: [i32, ...values, i32], results }, bytes, places, own, (at) =>
    modelled(access, at, places),
  );
}

/** Where the address with the offset is in the thread's own memory, the access is made there, else by the model. */
function guarded(
  type: FunctionType,
  bytes: number,
  places: Places,
  own: (at: number) => readonly number[],
  model: (at: number) => readonly number[],
): Helper {
  const at = type.parameters.length;
  const body = joinBytes(
    [1, 1, i32],
    address(at, bytes, places),
    get(at),
    [OP.globalGet, ...unsigned(places.low), 0x6b],
    [OP.globalGet, ...unsigned(places.size), 0x49],
    [OP.if, type.results[0] ?? EMPTY],
    own(at),
    [OP.else],
    model(at),
    [OP.end, OP.end],
  );
  return { type, body };
}

/** Puts the address with the offset into a local; if there is no such address, the module traps. */
function address(at: number, bytes: number, places: Places): number[] {
  return joinBytes(
    get(0),
    get(at - 1),
    [0x6a, OP.localTee, at],
    get(0),
    [0x49, OP.if, EMPTY],
    get(at),
    [OP.i32Const, ...signed(bytes)],
    callModel(places, 'outside'),
    [OP.unreachable, OP.end],
  );
}

/** What the model is asked by instructions that wait and notify, the bytes of the word, and the types of what they take. */
const WAITING: ReadonlyMap<number, readonly [ModelFunction, number, readonly number[]]> = new Map<
  number,
  readonly [ModelFunction, number, readonly number[]]
>([
  [OP.atomicNotify, ['notify', 4, [i32]]],
  [OP.atomicWait32, ['wait32', 4, [i32, i64]]],
  [OP.atomicWait64, ['wait64', 8, [i64, i64]]],
]);

function waiting(
  [name, bytes, values]: readonly [ModelFunction, number, readonly number[]],
  places: Places,
): Helper {
  const type = { parameters: [i32, ...values, i32], results: [i32] };
  const at = type.parameters.length;
  const body = joinBytes(
    [1, 1, i32],
    address(at, bytes, places),
    get(at),
    values.flatMap((_, i) => get(i + 1)),
    callModel(places, name),
    [OP.end],
  );
  return { type, body };
}

/** The model is asked in integers, so that the bits of a float stay as they are. */
function modelled(
  { does, isAtomic, type, bytes, isSigned }: ModuleAccess,
  at: number,
  places: Places,
): number[] {
  const out = (local: number): number[] => [...get(local), ...toModel(type, bytes)];
  const size = String(8 * bytes) as '8';
  const call = (name: 'load' | 'store' | 'atomicLoad' | 'atomicStore' | 'change' | 'cas'): number[] =>
    callModel(places, `${name}${size}`);
  const back = fromModel(type, bytes, isSigned);
  if (does === 'load') return [...get(at), ...call(isAtomic ? 'atomicLoad' : 'load'), ...back];
  if (does === 'store') return [...get(at), ...out(1), ...call(isAtomic ? 'atomicStore' : 'store')];
  if (does === 'cas') return [...get(at), ...out(1), ...out(2), ...call('cas'), ...back];
  return [...get(at), OP.i32Const, CHANGES.indexOf(does), ...out(1), ...call('change'), ...back];
}

function toModel(type: number, bytes: number): number[] {
  if (type === f32) return [0xbc];
  if (type === f64) return [0xbd];
  return type === i64 && bytes < 8 ? [0xa7] : [];
}

function fromModel(type: number, bytes: number, isSigned: boolean): number[] {
  if (type === f32) return [0xbe];
  if (type === f64) return [0xbf];
  const sign = isSigned && bytes < 4 ? [bytes === 1 ? 0xc0 : 0xc1] : [];
  if (type === i64 && bytes < 8) return [...sign, isSigned ? 0xac : 0xad];
  return sign;
}

function vectorHelper(op: number, lane: number, places: Places): Helper {
  const { bytes, takesVector, givesVector, usesLane, model } = vectorModel(op, lane, places);
  const parameters = takesVector ? [i32, v128, i32] : [i32, i32];
  const own = (at: number): number[] => [
    ...get(at),
    ...(takesVector ? get(1) : []),
    ...accessing(op, bytes),
    ...(usesLane ? [lane] : []),
  ];
  return guarded({ parameters, results: givesVector ? [v128] : [] }, bytes, places, own, model);
}
