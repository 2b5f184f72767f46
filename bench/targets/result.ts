import * as v from 'valibot';
import type { Effort } from '../../src/bench/measure.ts';
import { BENCH_SCHEMA, type HostMachine } from '../../src/bench/result-file.ts';
import { WORKLOAD_NAMES } from '../../src/bench/workloads.ts';
import { UsageError } from '../../src/errors.ts';
import { misfit } from '../../src/observe/members.ts';
import { visible } from '../../src/visible.ts';
import type { JudgedTarget } from './targets.ts';

/** What was measured, as `bench --targets --json` prints it. */
export interface TargetsResult {
  readonly schemaVersion: number;
  readonly kind: 'targets';
  readonly seed: number;
  readonly machine: HostMachine;
  readonly effort: Effort;
  /** Why something is left out, as sentences. */
  readonly notes: readonly string[];
  readonly targets: readonly JudgedTarget[];
}

const figure = v.pipe(v.number(), v.finite());
const name = v.looseObject({ engine: v.string(), scheme: v.string() });

/** The members that a report of it reads. */
const TARGETS_RESULT = v.looseObject({
  schemaVersion: v.literal(BENCH_SCHEMA),
  kind: v.literal('targets'),
  seed: figure,
  notes: v.array(v.string()),
  targets: v.array(
    v.looseObject({
      contender: name,
      rival: name,
      workload: v.picklist(WORKLOAD_NAMES),
      threads: figure,
      least: figure,
      ahead: v.boolean(),
      counts: v.picklist(['operations', 'messages']),
      mops: figure,
      rivalMops: figure,
      ratio: figure,
      interval: v.tuple([figure, figure]),
      kind: v.picklist(['alone', 'near', 'far', 'disturbed']),
      repetitions: figure,
      isMet: v.boolean(),
      isSure: v.boolean(),
    }),
  ),
});

/**
 * What a file says that `bench --targets --json` has printed.
 *
 * @param file what the file is called in complaints
 * @throws UsageError if it is something else
 */
export function parseTargets(document: unknown, file: string): TargetsResult {
  const member = misfit(TARGETS_RESULT, document);
  if (member === null) return document as TargetsResult;
  throw new UsageError(
    `The file ${visible(file)} is no result of bench --targets (it has no proper "${visible(member)}"): make one with lockfree-lab bench --targets --json.`,
  );
}
