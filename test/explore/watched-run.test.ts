import { expect, test } from 'vitest';
import { judgedDependence, kernelModel, type KernelModel } from '../../src/explore/kernel-model.ts';
import { watched, type WatchedRun, WatchedRuns } from '../../src/explore/watched-run.ts';
import { memoryDependence } from '../../src/model/dependence.ts';
import { Machine } from '../../src/model/machine.ts';
import { Random } from '../../src/random.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { recordStep } from '../../src/search/machine-engine.ts';
import { runs } from '../effort.ts';

function machineOf(model: KernelModel): Machine {
  return new Machine(model, memoryDependence(model.words.length));
}

/** Executions in the order in which a search makes them: some of them all over the search, and some of them only in part. */
function pathsOf(model: KernelModel, wanted: number, random: Random): number[][] {
  const paths: number[][] = [];
  const visit = (machine: Machine): void => void paths.push(machine.path());
  new Dpor(model, judgedDependence(model), visit, { maxExecutions: runs(3000, 6) }).run();
  const every = Math.ceil(paths.length / wanted);
  return paths
    .filter((_, i) => i % every === 0)
    .map((path) => (random.below(4) === 0 ? path.slice(0, random.below(path.length)) : path));
}

/** All that a run shows, as text. */
function shownBy({ judge, recorder: { events, steps } }: WatchedRun, slots: number): string {
  const lives = Array.from({ length: slots + 1 }, (_, slot) => judge.lives.biography(slot));
  return JSON.stringify({ findings: judge.findings, peaks: judge.peaks, lives, events, steps });
}

test.each([
  ['[A] d | d e d', 'naive', 6],
  ['[A] d | d die | e', 'tagged', 6],
  ['e d | d e', 'no-reclaim', 8],
  ['e d | d e d', 'hazard-pointers:threshold=1', 14],
  ['treiber-stack:[A B] pop | pop pop push', 'naive', 6],
])(
  'a run of %s under %s that takes up an earlier one shows what it shows from the start',
  async (program, scheme, slots) => {
    const model = await kernelModel(program, scheme, { slots });
    const [machine, again] = [machineOf(model), machineOf(model)];
    const taken = new WatchedRuns(model, machine);
    const random = new Random(5);
    const kinds = new Set<string>();
    for (const path of pathsOf(model, runs(600, 6), random)) {
      again.rewind();
      const fresh = watched(model, again, false);
      for (const move of path) recordStep(fresh.recorder, again, move);
      fresh.recorder.finish();
      fresh.judge.end(again.words);
      if (random.below(20) === 0) taken.rewind();
      expect(shownBy(taken.run(path), slots)).toBe(shownBy(fresh, slots));
      expect(machine.words.join()).toBe(again.words.join());
      for (const { kind } of fresh.judge.findings) kinds.add(kind);
    }
    // Where there is damage, what was seen of it is taken back too.
    if (scheme === 'naive') expect(kinds.size).toBeGreaterThan(0);
  },
);
