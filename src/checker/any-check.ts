import type { Check, Declared, Operations, SequentialModel, Shared, Threads } from './types.ts';

/** A check whose types do not matter any more. */
export interface AnyCheck extends Omit<
  Check<Declared>,
  'threads' | 'operations' | 'model' | 'finally' | 'always' | 'make'
> {
  readonly threads: Threads<Declared, unknown>;
  readonly operations?: Operations<Declared, unknown>;
  readonly model?: SequentialModel<unknown, unknown>;
  readonly finally?: (values: unknown, results: readonly unknown[]) => unknown;
  readonly always?: (values: unknown) => unknown;
  readonly ports?: Readonly<Record<string, readonly [number, number]>>;
  readonly make?: (shared: Shared<Declared>) => unknown;
}
