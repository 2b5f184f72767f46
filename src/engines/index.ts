// A laboratory: a shared buffer with a scheme, and a thread's part in it.
export { AtomicsMemory } from '../laboratory/atomics.ts';
export { batchOf, type Batch } from '../laboratory/batch.ts';
export { joinLaboratory, participate } from '../laboratory/participant.ts';
export type { Participant } from '../laboratory/participant-view.ts';
export type { Variant } from '../laboratory/variant.ts';
export type { TakeUp } from '../laboratory/attaching.ts';
// The lab's schemes, to be extended.
export { Epochs } from '../kernel/schemes/epochs.ts';
export { HazardPointers } from '../kernel/schemes/hazard-pointers.ts';
export { Naive } from '../kernel/schemes/naive.ts';
export { NoReclaim } from '../kernel/schemes/no-reclaim.ts';
export { Tagged } from '../kernel/schemes/tagged.ts';
export { boundOf, chooseScheme, claimsOf, schemes } from '../laboratory/registry.ts';
export type { Claims, SchemeChoice } from '../laboratory/registry.ts';
export type { SchemeClass } from '../laboratory/scheme-class.ts';
export { attachWords, checkGeometry, createBuffer, type GeometryOptions } from '../laboratory/shared.ts';
// The same at native speed: `createMemory` for `createBuffer`, `participateInWasm` for `participate`.
export { loadModule } from './wasm/modules.ts';
export { joinInWasm, participateInWasm, type WasmParticipant } from './wasm/participant.ts';
export { createMemory } from './wasm/shared-memory.ts';
