// A laboratory: a shared buffer with a scheme, and a thread's part in it.
export { AtomicsMemory } from './atomics.ts';
export { batchOf, type Batch } from './batch.ts';
export { joinLaboratory, participate } from './participant.ts';
export type { Participant } from './participant-view.ts';
export type { Variant } from './variant.ts';
export type { TakeUp } from './attaching.ts';
// The lab's schemes, to be extended.
export { Epochs } from '../kernel/schemes/epochs.ts';
export { HazardPointers } from '../kernel/schemes/hazard-pointers.ts';
export { Naive } from '../kernel/schemes/naive.ts';
export { NoReclaim } from '../kernel/schemes/no-reclaim.ts';
export { Tagged } from '../kernel/schemes/tagged.ts';
export { boundOf, chooseScheme, claimsOf, schemes } from './registry.ts';
export type { Claims, SchemeChoice } from './registry.ts';
export type { SchemeClass } from './scheme-class.ts';
export { attachWords, checkGeometry, createBuffer, type GeometryOptions } from './shared.ts';
// The same at native speed: `createMemory` for `createBuffer`, `participateInWasm` for `participate`.
export { loadModule } from './wasm/modules.ts';
export { joinInWasm, participateInWasm, type WasmParticipant } from './wasm/participant.ts';
export { createMemory } from './wasm/shared-memory.ts';
