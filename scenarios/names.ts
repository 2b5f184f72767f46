import { UsageError } from '../src/errors.ts';
import { closest } from '../src/suggest.ts';

/** The folders of the scenarios, in order. They say the numbers and the ids, so that one scenario is found without loading the others. */
const FOLDERS: readonly string[] = [
  '01-aba-free-list',
  '02-aba-dequeue',
  '03-aba-enqueue',
  '04-phantom-write',
  '05-tag-wrap',
  '06-unvalidated-hazard',
  '07-stalled-reader',
  '08-dead-worker',
  '09-forgotten-retire',
  '10-exception',
  '11-exhaustion',
  '12-reload',
  '13-aba-stack',
  '14-idle-thread',
  '15-robust-is-not-small',
  '16-which-thread-frees',
  '17-lagging-tail',
  '18-false-empty',
  '19-double-retire',
  '20-nested-pins',
  '21-aba-is-not-use-after-free',
  '22-version-clock',
  '23-parked',
  '24-exit-frees-all',
  '25-life-cycle',
  '26-retained-slice',
  '27-reserved-not-touched',
  '28-finalizer',
  '29-restart',
  '30-collector',
  '31-chain',
  '32-forgotten-release',
  '33-reader-frees',
  '34-cycle',
  '35-harris-under-hazards',
  '36-marked-zone',
  '37-full-ring',
  '38-stolen-twice',
  '39-segment-outrun',
  '40-fifo-reuse',
  '41-slow-writer',
];

/** The ids of all scenarios, in order. */
export const SCENARIO_IDS: readonly string[] = FOLDERS.map(withoutNumber);

/** The folder of the scenario with an id, a number, or both: `aba-dequeue`, `02`, `02-aba-dequeue`; undefined if there is none. */
export function folderNamed(name: string): string | undefined {
  const wanted = withoutNumber(name);
  const number = name.replace(/^0+/, '');
  return FOLDERS.find(
    (folder) => withoutNumber(folder) === wanted || String(Number.parseInt(folder, 10)) === number,
  );
}

/** The id of the scenario in a folder, and what is left of a name without its number. */
export function withoutNumber(name: string): string {
  return name.replace(/^0*(\d+)-/, '');
}

/**
 * The error that says which scenarios there are.
 *
 * @param others names of other things that may have been meant
 */
export function noScenario(name: string, others: readonly string[] = []): UsageError {
  return new UsageError(
    `There is no scenario "${name}"${closest(withoutNumber(name), [...SCENARIO_IDS, ...others])}; the scenarios are ${SCENARIO_IDS.join(', ')}.`,
  );
}
