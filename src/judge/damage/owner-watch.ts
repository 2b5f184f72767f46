import { counted, plural, withCommas } from '../../counted.ts';
import { RETIRED, S_STATE, type Geometry } from '../../kernel/layout.ts';
import type { DamageKind, StepRecord } from '../../observe/trace.ts';
import { isUnreclaimed } from '../audit/census.ts';
import { CLAIMS, ON_CYCLE } from '../audit/claim-bits.ts';

/** How many slots were out of use at once, at most. */
export interface Peaks {
  /** Retired, on a list or leaked by the scheme's claim. */
  readonly unreclaimed: number;
  readonly leaked: number;
}

/** What a step has shown: a sentence without its full stop. */
export interface OwnerFinding {
  readonly kind: DamageKind;
  readonly note: string;
  readonly slot?: number;
}

/** What is known of the owners after a step. It stays as it is. */
export interface OwnersSeen {
  readonly peaks: Peaks;
  readonly leaked: ReadonlySet<number>;
  readonly cyclic: boolean;
  /** The first step that left more slots unreclaimed than the bound, and how many; null if none did. */
  readonly beyond: { readonly record: StepRecord; readonly unreclaimed: number } | null;
}

const NONE: ReadonlySet<number> = new Set();
const NOTHING: readonly OwnerFinding[] = [];

/** Orphans, cycles and peaks: who owns what after each step that may have changed it. */
export class OwnerWatch {
  seen: OwnersSeen = { peaks: { unreclaimed: 0, leaked: 0 }, leaked: NONE, cyclic: false, beyond: null };
  readonly #geometry: Geometry;
  readonly #reclaims: boolean;
  readonly #bound: number | null;

  /**
   * @param reclaims false if retired slots are leaked on purpose
   * @param bound the most slots that may be unreclaimed at once; null for any number
   */
  constructor(geometry: Geometry, reclaims: boolean, bound: number | null) {
    this.#geometry = geometry;
    this.#reclaims = reclaims;
    this.#bound = bound;
  }

  step(record: StepRecord, words: Int32Array, claims: Uint16Array): readonly OwnerFinding[] {
    const { leaked: before, cyclic: wasCyclic, peaks, beyond } = this.seen;
    let leaked: Set<number> | null = null;
    let orphans: number[] | null = null;
    let unreclaimed = 0;
    let cyclic = false;
    for (let slot = 1; slot <= this.#geometry.slots; slot++) {
      const claim = claims[slot];
      if ((claim & ON_CYCLE) !== 0) cyclic = true;
      if (isUnreclaimed(claim)) unreclaimed++;
      if ((claim & CLAIMS) !== 0) continue;
      (leaked ??= new Set()).add(slot);
      const onPurpose = !this.#reclaims && words[this.#geometry.slot(slot, S_STATE)] === RETIRED;
      if (!onPurpose && !before.has(slot)) (orphans ??= []).push(slot);
    }
    this.seen = {
      peaks: {
        unreclaimed: Math.max(peaks.unreclaimed, unreclaimed),
        leaked: Math.max(peaks.leaked, leaked?.size ?? 0),
      },
      leaked: leaked ?? NONE,
      cyclic,
      beyond: beyond ?? (unreclaimed > (this.#bound ?? Infinity) ? { record, unreclaimed } : null),
    };
    if (orphans === null && (!cyclic || wasCyclic)) return NOTHING;
    return found(record, orphans ?? [], cyclic && !wasCyclic);
  }

  /** The first step that left more slots unreclaimed than the bound, and what to say of it; null if none did. */
  beyondBound(): { readonly record: StepRecord; readonly finding: OwnerFinding } | null {
    const { beyond, peaks } = this.seen;
    if (beyond === null) return null;
    const { record, unreclaimed } = beyond;
    const most = withCommas(this.#bound ?? 0);
    const later =
      peaks.unreclaimed === unreclaimed ? '' : `; later there were ${withCommas(peaks.unreclaimed)}`;
    const were = `${counted(unreclaimed, 'slot was', 'slots were')} unreclaimed`;
    const note = `After T${record.thread}'s ${record.label} ${were}, and the scheme promises at most ${most}${later}`;
    return { record, finding: { kind: 'bound exceeded', note } };
  }
}

function found(
  { thread, label }: StepRecord,
  orphans: readonly number[],
  closesCycle: boolean,
): OwnerFinding[] {
  const findings: OwnerFinding[] = [];
  if (orphans.length > 0) {
    const which = `${plural(orphans.length, 'Slot')} ${orphans.join(', ')} ${plural(orphans.length, 'has', 'have')}`;
    const note = `${which} no owner since T${thread}'s ${label}`;
    findings.push({ kind: 'orphaned slot', note, slot: orphans[0] });
  }
  if (closesCycle)
    findings.push({ kind: 'cycle', note: `T${thread}'s ${label} closed a cycle of next words` });
  return findings;
}
