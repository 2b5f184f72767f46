import assert from 'node:assert/strict';
import { BoundedSearch } from '../../src/search/strategies/bounded.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { everyInterleaving } from './all-interleavings.ts';
import { canonicalHistory } from './histories.ts';
import { judgedDependence, kernelModel } from '../../src/explore/kernel-model.ts';
import { LeafJudge } from '../../src/explore/leaf-judge.ts';
import type { Machine } from '../../src/model/machine.ts';

const SLOTS = 5;

/** All kinds of damage, and all histories, of the executions of a search. */
async function seen(program: string, scheme: string, run: (visit: (machine: Machine) => void) => unknown) {
  const judge = new LeafJudge(await kernelModel(program, scheme, { slots: SLOTS }), 1000, 1_000_000);
  const damage = new Set<string>();
  const histories = new Set<string>();
  run((machine) => {
    histories.add(canonicalHistory(machine));
    damage.add(
      judge
        .findings(machine, null)
        .findings.map(({ kind }) => kind)
        .join(),
    );
  });
  return { damage: [...damage].toSorted(), histories: [...histories].toSorted() };
}

/**
 * On the kernel the reduced search sees the damage and the histories of every interleaving.
 *
 * @returns how many interleavings there are
 */
export async function reducedSeesAll(program: string, scheme: string): Promise<number> {
  const model = await kernelModel(program, scheme, { slots: SLOTS });
  let interleavings = 0;
  const all = await seen(program, scheme, (visit) => {
    const { complete, executions } = everyInterleaving(model, visit);
    assert.ok(complete);
    interleavings = executions;
  });
  const dependence = judgedDependence(model);
  const reduced = await seen(program, scheme, (visit) => new Dpor(model, dependence, visit).run());
  assert.deepEqual(reduced, all);
  return interleavings;
}

/**
 * On the kernel the search that is bounded, with a bound far beyond what is needed, sees what the reduced one does.
 *
 * @returns how many classes there are
 */
export async function classesSeeAll(program: string, scheme: string): Promise<number> {
  const model = await kernelModel(program, scheme, { slots: SLOTS });
  const dependence = judgedDependence(model);
  let executions = 0;
  const reduced = await seen(program, scheme, (visit) => {
    ({ executions } = new Dpor(model, dependence, visit).run());
  });
  const classes = await seen(program, scheme, (visit) => {
    assert.ok(new BoundedSearch(model, dependence, visit).runUpTo(Infinity).complete);
  });
  assert.deepEqual(classes, reduced);
  return executions;
}
