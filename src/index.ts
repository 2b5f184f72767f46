// The public interface of lockfree-lab. The kernel: for a queue of one's own, and for a scheme of one's own, which is a subclass of Scheme.
export * as layout from './kernel/layout.ts';
export { Geometry } from './kernel/layout.ts';
export { Memory } from './kernel/memory.ts';
export { ABORT, EMPTY, FULL, NO, OK, Structure, VALUE } from './kernel/structure.ts';
export { MichaelScottQueue } from './kernel/structures/michael-scott.ts';
export { TreiberStack } from './kernel/structures/treiber-stack.ts';
export { ThreadRecord } from './kernel/record.ts';
export { ABA_IMPOSSIBLE, ABA_POSSIBLE, ABA_UNTIL_WRAP, Scheme, UNBOUNDED } from './kernel/scheme.ts';
export * as steps from './kernel/steps.ts';
export { Slab } from './kernel/slab.ts';
export type { StepCard, StepCards } from './kernel/step-card.ts';
export type { Announcement, Holder } from './kernel/announcement.ts';
export { PointerFormat } from './kernel/words.ts';
// A laboratory: a shared buffer with a scheme, and a thread's part in it, on JavaScript's atomics or compiled.
export * from './engines/index.ts';
// Real threads under a schedule, and a record of what happens.
export { parseProgram, type Program } from './laboratory/program.ts';
export type { ControlledEngine, ControlledRun, Stage } from './engines/controlled.ts';
export { model } from './model/engine.ts';
export { Steppers } from './engines/stepped.ts';
export { Recorder, type Observer } from './observe/recorder.ts';
export { readSnapshot, writeSnapshot } from './observe/snapshot.ts';
export { parseTrace, printTrace } from './observe/trace-file.ts';
export { DAMAGE, type DamageKind, type Finding, type Trace, type TraceEvent } from './observe/trace.ts';
export { runSchedule, type ScheduledRun as Run, type RunOptions } from './schedule/run.ts';
export { parseSchedule, printSchedule, type Schedule } from './schedule/schedule.ts';
// Verdicts; and free threads.
export { audit, equation, type Audit } from './judge/audit/audit.ts';
export { type Belief, Beliefs, type StepComparison as Comparison } from './judge/damage/beliefs.ts';
export { blame, blameSnapshot, type Blame, type Loss } from './judge/audit/blame.ts';
export { contradictions } from './judge/damage/card-check.ts';
export { conservation, producerOrder } from './judge/history/conservation.ts';
export { unreachable, type Unreachable } from './judge/graph.ts';
export type { HistoryFinding, HistoryOperation as Operation } from './judge/history/history.ts';
export { linearizable, type Linearizability } from './judge/history/linearizability.ts';
export { stress } from './stress/stress.ts';
export type { StressOptions } from './stress/options.ts';
export type { StressResult } from './stress/result.ts';
export { InternalError, UsageError } from './errors.ts';
