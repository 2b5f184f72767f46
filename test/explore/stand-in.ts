import assert from 'node:assert/strict';
import { memoryDependence } from '../../src/model/dependence.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { Histories } from './histories.ts';
import type { Machine, Model } from '../../src/model/machine.ts';
import type { Visit } from '../../src/search/search.ts';
import { StateSearch } from '../../src/search/states.ts';
import { client, type ClientOptions, FIRST_VALUE } from './michael-scott-client.ts';

/** The executions of a search that is complete, without a thread that waits forever or is cut. */
export function reduced(
  model: Model,
  visit: Visit = () => false,
  dependence: typeof memoryDependence = memoryDependence,
): number {
  const { executions, complete, deadlocks, cut } = new Dpor(
    model,
    dependence(model.words.length),
    visit,
  ).run();
  assert.deepEqual({ complete, deadlocks, cut }, { complete: true, deadlocks: 0, cut: 0 });
  return executions;
}

/** How many interleavings a model has; counted by adding up paths, not by running them. */
export function interleavingsOf(model: Model): bigint {
  const { complete, interleavings } = new StateSearch(model, () => false).run();
  assert.ok(complete && interleavings !== null);
  return interleavings;
}

interface Judged {
  readonly executions: number;
  readonly bad: number;
  readonly histories: number;
}

/** The number of executions, of those whose history no queue can have, and of histories. */
export function judged(
  program: string,
  options: ClientOptions,
  initial: readonly number[],
  dependence: typeof memoryDependence = memoryDependence,
): Judged {
  const histories = new Histories(initial);
  let bad = 0;
  const visit = (machine: Machine): void => {
    if (histories.verdict(machine).linearizable !== true) bad++;
  };
  const executions = reduced(client(program, options), visit, dependence);
  return { executions, bad, histories: histories.distinct };
}

/** The same client with values shared and nodes used again. */
export function judgedWithValues(program: string, counted: boolean): Judged {
  const initial = program.startsWith('[') ? [FIRST_VALUE] : [];
  return judged(program, { values: true, reuse: true, counted }, initial);
}
