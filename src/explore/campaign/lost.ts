import { labelOf } from '../../laboratory/labels.ts';
import { victimOf } from '../../model/thread-state.ts';
import type { Lost } from '../../model/whereabouts.ts';
import { CountedSchedule, printSchedule } from '../../schedule/schedule.ts';
import type { KernelModel } from '../kernel-model.ts';
import { ResultTotal } from './partial-result.ts';
import type { UnitResult } from './unit-search.ts';

/** Where code is that does not come back: `T1 does not come back after D13, its step 9`. */
export function lostText({ thread, step, made }: Lost): string {
  const after = step === 0 ? 'before its first step' : `after ${labelOf(step)}, its step ${made}`;
  return `T${thread} does not come back ${after}`;
}

/**
 * What a search shows that ended because the code of a thread did not come back to it: one execution, as far as it came. The number of
 * its unit is not known, and that of none.
 */
export function lostResult(lost: Lost, model: KernelModel): UnitResult {
  const { thread, step, path } = lost;
  const schedule = new CountedSchedule();
  for (const each of path) {
    const victim = victimOf(model, each);
    if (victim === null) schedule.step(each + 1);
    else schedule.kill(victim + 1);
  }
  const place = { unit: 0, execution: 0 };
  const found = {
    kind: 'livelock',
    step: null,
    thread,
    label: step === 0 ? null : labelOf(step),
    note: `${lostText(lost)}: it is in a loop that touches no word of the slab, so nothing ends it.`,
    // Whatever the words hold: it does not look at them, so no ABA is the cause.
    charged: true,
    ...place,
    nth: 0,
    preemptions: path.filter((each, i) => i > 0 && path[i - 1] !== each && path.includes(path[i - 1], i))
      .length,
    schedule: printSchedule(schedule.schedule()),
  } as const;
  const partial = {
    ...new ResultTotal().result(),
    executions: 1,
    squares: 1,
    bad: 1,
    steps: path.length,
    findings: [found],
  };
  return { unit: 0, partial, endedBy: 'lost' };
}
