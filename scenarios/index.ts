import { InternalError } from '../src/errors.ts';
import type { Scenario } from '../src/scenario/scenario.ts';
import { scenario as abaFreeList } from './01-aba-free-list/scenario.ts';
import { scenario as abaDequeue } from './02-aba-dequeue/scenario.ts';
import { scenario as abaEnqueue } from './03-aba-enqueue/scenario.ts';
import { scenario as phantomWrite } from './04-phantom-write/scenario.ts';
import { scenario as tagWrap } from './05-tag-wrap/scenario.ts';
import { scenario as unvalidatedHazard } from './06-unvalidated-hazard/scenario.ts';
import { scenario as stalledReader } from './07-stalled-reader/scenario.ts';
import { scenario as deadWorker } from './08-dead-worker/scenario.ts';
import { scenario as forgottenRetire } from './09-forgotten-retire/scenario.ts';
import { scenario as exception } from './10-exception/scenario.ts';
import { scenario as exhaustion } from './11-exhaustion/scenario.ts';
import { scenario as reload } from './12-reload/scenario.ts';
import { scenario as abaStack } from './13-aba-stack/scenario.ts';
import { scenario as idleThread } from './14-idle-thread/scenario.ts';
import { scenario as robustIsNotSmall } from './15-robust-is-not-small/scenario.ts';
import { scenario as whichThreadFrees } from './16-which-thread-frees/scenario.ts';
import { scenario as laggingTail } from './17-lagging-tail/scenario.ts';
import { scenario as falseEmpty } from './18-false-empty/scenario.ts';
import { scenario as doubleRetire } from './19-double-retire/scenario.ts';
import { scenario as nestedPins } from './20-nested-pins/scenario.ts';
import { scenario as abaIsNotUseAfterFree } from './21-aba-is-not-use-after-free/scenario.ts';
import { scenario as versionClock } from './22-version-clock/scenario.ts';
import { scenario as parked } from './23-parked/scenario.ts';
import { scenario as exitFreesAll } from './24-exit-frees-all/scenario.ts';
import { scenario as lifeCycle } from './25-life-cycle/scenario.ts';
import { scenario as retainedSlice } from './26-retained-slice/scenario.ts';
import { scenario as reservedNotTouched } from './27-reserved-not-touched/scenario.ts';
import { scenario as finalizer } from './28-finalizer/scenario.ts';
import { scenario as restart } from './29-restart/scenario.ts';
import { scenario as collector } from './30-collector/scenario.ts';
import { scenario as chain } from './31-chain/scenario.ts';
import { scenario as forgottenRelease } from './32-forgotten-release/scenario.ts';
import { scenario as readerFrees } from './33-reader-frees/scenario.ts';
import { scenario as cycle } from './34-cycle/scenario.ts';
import { scenario as harrisUnderHazards } from './35-harris-under-hazards/scenario.ts';
import { scenario as markedZone } from './36-marked-zone/scenario.ts';
import { scenario as fullRing } from './37-full-ring/scenario.ts';
import { scenario as stolenTwice } from './38-stolen-twice/scenario.ts';
import { scenario as segmentOutrun } from './39-segment-outrun/scenario.ts';
import { scenario as fifoReuse } from './40-fifo-reuse/scenario.ts';
import { scenario as slowWriter } from './41-slow-writer/scenario.ts';
import { isMeant, noScenario } from './names.ts';

/** A part of the curriculum: a question, and the scenarios that answer it, in order. */
export interface Chapter {
  readonly question: string;
  /** What it is about, for somebody who begins with it. */
  readonly about: string;
  readonly scenarios: readonly Scenario[];
}

/** The curriculum. Each scenario is in one chapter. */
export const chapters: readonly Chapter[] = [
  {
    question: 'Why does shared memory need a scheme?',
    about:
      'A queue and a stack whose slots are used again: what goes wrong without a scheme, which scheme stops it, and what each asks for in return.',
    scenarios: [
      abaFreeList,
      abaDequeue,
      abaEnqueue,
      phantomWrite,
      tagWrap,
      unvalidatedHazard,
      stalledReader,
      deadWorker,
      forgottenRetire,
      exception,
      exhaustion,
      reload,
      abaStack,
      idleThread,
      robustIsNotSmall,
      whichThreadFrees,
      laggingTail,
      falseEmpty,
      doubleRetire,
      nestedPins,
      abaIsNotUseAfterFree,
      versionClock,
      parked,
      exitFreesAll,
      lifeCycle,
      retainedSlice,
      reservedNotTouched,
      finalizer,
      restart,
      collector,
      chain,
      forgottenRelease,
      readerFrees,
      cycle,
    ],
  },
  {
    question: 'Why does this scheme need that structure?',
    about:
      'An operation of a queue protects two nodes that a root names, and schemes look alike on it. A search through a list comes to a node by way of another one, and what a protection is worth depends on what the structure knows of that other one: a scheme may be safe with one list and not with the next. What keeps its values in cells has no node to protect, and troubles of its own; and where each node is an array of cells, what takes a cell expects no word, and so no tag. A ring can also be what slots are taken from.',
    scenarios: [harrisUnderHazards, markedZone, fullRing, stolenTwice, segmentOutrun, fifoReuse, slowWriter],
  },
];

/** The heading of a chapter: its number, from 1, and its question. */
export function chapterHeading({ question }: Chapter, index: number): string {
  return `Chapter ${index + 1}: ${question}`;
}

/** All scenarios, in order. */
export const scenarios: readonly Scenario[] = chapters.flatMap((chapter) => chapter.scenarios);

/** Throws if two scenarios have one number or one id: by either a scenario is chosen. */
export function checkDistinct(all: readonly Pick<Scenario, 'id' | 'number'>[]): void {
  for (const [i, { id, number }] of all.entries()) {
    const other = all.slice(0, i).find((each) => each.id === id || each.number === number);
    if (other === undefined) continue;
    const same = other.id === id ? `the id ${id}` : `the number ${number}`;
    throw new InternalError(
      `The scenarios ${other.number}-${other.id} and ${number}-${id} both have ${same}: give each its own.`,
    );
  }
}
checkDistinct(scenarios);

/** The scenario of an id, a number, or both: `aba-dequeue`, `02`, `02-aba-dequeue`; undefined if there is none. */
export function scenarioNamed(name: string): Scenario | undefined {
  return scenarios.find((each) => isMeant(name, each));
}

/**
 * The same, or a UsageError that says which there are.
 *
 * @param others names of other things that may have been meant
 */
export function findScenario(name: string, others: readonly string[] = []): Scenario {
  const found = scenarioNamed(name);
  if (found === undefined)
    throw noScenario(
      name,
      scenarios.map(({ id }) => id),
      others,
    );
  return found;
}
