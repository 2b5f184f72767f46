import { Judge } from '../judge/damage/judge.ts';
import { mostInUse, namesOfValues } from '../laboratory/program.ts';
import { judgedBy } from '../laboratory/registry.ts';
import { ModelEngine } from '../model/engine.ts';
import type { Machine } from '../model/machine.ts';
import { Recorder } from '../observe/recorder.ts';
import { recordStep } from '../search/machine-engine.ts';
import type { KernelModel } from './kernel-model.ts';

/** A run that recorder and judge look at. */
export interface WatchedRun {
  readonly judge: Judge;
  readonly recorder: Recorder;
}

/** A machine at its start, under the eyes of recorder and judge. */
export function watched(
  { choice, geometry, structure, program, records, contracts }: KernelModel,
  machine: Machine,
  invariants: boolean,
): WatchedRun {
  const judge = new Judge(machine.words, {
    ...judgedBy(choice, geometry.threads, structure, mostInUse(program)),
    initial: program.initial,
    show: namesOfValues(geometry),
    invariants,
    contracts,
    ...(records !== null && { records }),
  });
  return { judge, recorder: new Recorder(new ModelEngine(machine, null, records), [judge]) };
}

/** Steps from one time that all that recorder and judge know is kept to the next: that costs about as much as a step. */
const KEPT_AFTER = 8;

/** What was known after some steps of a path. */
interface Kept {
  readonly depth: number;
  readonly recorder: ReturnType<Recorder['save']>;
  readonly judge: ReturnType<Judge['save']>;
}

/**
 * Runs paths of a machine one after the other under recorder and judge, which do not watch the invariants. A search goes from one
 * path to another that begins with the same steps, so what was known after some of these is taken up again.
 */
export class WatchedRuns {
  readonly #machine: Machine;
  readonly #run: WatchedRun;
  /** The path that was run last, and what was known on the way, the first at the start. */
  #path: readonly number[] = [];
  readonly #kept: Kept[];

  /** @param machine which stands at its start, and goes back there by `rewind` when other code has moved it */
  constructor(model: KernelModel, machine: Machine) {
    this.#machine = machine;
    this.#run = watched(model, machine, false);
    this.#kept = [this.#keep()];
  }

  /** Runs a path to its end. What is returned holds until the next one. */
  run(path: readonly number[]): WatchedRun {
    const machine = this.#machine;
    const { judge, recorder } = this.#run;
    const left = this.#leaves(path);
    const kept = this.#goBack(left);
    // If a step throws, nothing but the start is known.
    this.#path = [];
    while (machine.happened.length > kept.depth) machine.back();
    recorder.rewind(kept.recorder);
    judge.restore(kept.judge);
    for (let depth = kept.depth; depth < path.length; depth++) {
      if (depth > kept.depth && (depth === left || depth % KEPT_AFTER === 0)) this.#kept.push(this.#keep());
      recordStep(recorder, machine, path[depth]);
    }
    recorder.finish();
    judge.end(machine.words);
    this.#path = path;
    return this.#run;
  }

  /** After how many steps a path leaves the last one. */
  #leaves(path: readonly number[]): number {
    let same = 0;
    while (same < path.length && same < this.#path.length && path[same] === this.#path[same]) same++;
    return same;
  }

  /** Forgets what was known after more steps, and returns what was known last before. */
  #goBack(steps: number): Kept {
    const kept = this.#kept;
    while (kept[kept.length - 1].depth > steps) kept.pop();
    return kept[kept.length - 1];
  }

  /** Takes the machine back to its start. */
  rewind(): void {
    this.#path = [];
    this.#machine.rewind();
  }

  #keep(): Kept {
    const { judge, recorder } = this.#run;
    return { depth: this.#machine.happened.length, recorder: recorder.save(), judge: judge.save() };
  }
}
