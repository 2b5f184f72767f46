import { geometryOf } from '../judge/audit/mark.ts';
import { Audit } from '../judge/audit/audit.ts';
import { judgeHistory, SHOWN_BY_ANSWERS } from '../judge/verdict.ts';
import { RETIRED, S_STATE } from '../kernel/layout.ts';
import type { Variant } from '../laboratory/variant.ts';
import { namesOfValues } from '../laboratory/program.ts';
import type { DamageKind, Finding, TraceEvent } from '../observe/trace.ts';

/** What a player is to bring about, as data. */
export type Goal =
  /** Damage of a kind. */
  | { readonly kind: 'damage'; readonly damage: DamageKind }
  /** A compare-and-swap that succeeds, or one that fails, by its label. */
  | { readonly kind: 'step'; readonly label: string; readonly ok: boolean }
  /** An operation that answers so. */
  | { readonly kind: 'answer'; readonly name: string; readonly outcome: string }
  /** So many slots are retired, and not free yet. */
  | { readonly kind: 'unreclaimed'; readonly slots: number }
  /** So many slots have no owner any more. */
  | { readonly kind: 'leaked'; readonly slots: number };

/** A run up to a moment, right after its last event. */
export interface RunSoFar {
  readonly events: readonly TraceEvent[];
  /** What the judge has seen step by step. */
  readonly findings: readonly Finding[];
  readonly words: Int32Array;
  /** The values that were inside at the start. */
  readonly initial: readonly number[];
  /** What operations of a variant may answer, by name. */
  readonly contracts?: Variant['contracts'];
}

/**
 * True if a run has come to its goal. It depends on which events there were and on the words, and not on the order of steps that do not
 * depend on each other: what a search leaves out for that reason is no goal that it misses.
 */
export function isReached(goal: Goal, seen: RunSoFar): boolean {
  const { events, words } = seen;
  switch (goal.kind) {
    case 'damage':
      return shows(goal.damage, seen);
    case 'step':
      return events.some(
        (event) => event.kind === 'step' && event.label === goal.label && event.ok === goal.ok,
      );
    case 'answer':
      return events.some(
        (event) => event.kind === 'return' && event.name === goal.name && event.outcome === goal.outcome,
      );
    case 'unreclaimed':
      return retiredIn(words) >= goal.slots;
    case 'leaked':
      return new Audit(words).leaked >= goal.slots;
  }
}

function shows(damage: DamageKind, { events, findings, words, initial, contracts }: RunSoFar): boolean {
  if (findings.some(({ kind }) => kind === damage)) return true;
  // Answers show nothing new before there is another one.
  if (!SHOWN_BY_ANSWERS.has(damage) || events.at(-1)?.kind !== 'return') return false;
  const show = namesOfValues(geometryOf(words));
  return judgeHistory(events, initial, words, show, contracts).findings.some(({ kind }) => kind === damage);
}

function retiredIn(words: Int32Array): number {
  const geometry = geometryOf(words);
  let count = 0;
  for (let slot = 1; slot <= geometry.slots; slot++)
    if (words[geometry.slot(slot, S_STATE)] === RETIRED) count++;
  return count;
}
