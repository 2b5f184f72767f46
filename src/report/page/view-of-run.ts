import { Beliefs } from '../../judge/damage/beliefs.ts';
import { effectsIn } from '../../judge/damage/effects.ts';
import { namedAt } from '../../judge/damage/readings.ts';
import { isPath, namesOfValues, showProgram, splitProgram } from '../../laboratory/program.ts';
import { schemes } from '../../laboratory/registry.ts';
import { hasBuckets, rootNames } from '../../laboratory/structures.ts';
import { FREE_TOP, type Geometry, S_NEXT } from '../../kernel/layout.ts';
import { lifeName } from '../../observe/lives.ts';
import { nameInArray, showWord, wordName } from '../../observe/names.ts';
import type { Finding, ReturnRecord, StepRecord } from '../../observe/trace.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { replayLine } from '../../scenario/replay-line.ts';
import { methodTable } from './method-table.ts';
import { methodOf } from '../../scenario/source.ts';
import { aboutLines, runParts, sizeText, threadLines, verdictOf, verdictText } from '../text/run-text.ts';
import { rowsOf } from '../story-rows.ts';
import type { RunStory } from '../text/story.ts';
import type { Wording } from '../words.ts';
import { changesOf, momentsOf } from './moments.ts';
import { pageStyle } from './page-style.ts';
import type {
  OperationView,
  RowView,
  RunView,
  SourceView,
  StepView,
  Subject,
  WordOfView,
} from './run-view.ts';

/**
 * All that a page shows of a run: from the same rows, remarks, beliefs and verdicts as its text.
 *
 * @param goesOn true of a run whose schedule is still being made: nobody stands still at its end
 */
export function viewOfRun(run: ScenarioRun, goesOn: boolean = false): RunView {
  const style = pageStyle();
  const wording: Wording = { geometry: run.audit.geometry, style, show: namesOfValues(run.audit.geometry) };
  const moments = momentsOf(run, wording);
  const { structure, scenario, findings } = run;
  const { mutant } = run.trace.header;
  const [first] = findings;
  const { steps, words } = stepsOf(run, wording);
  const { story, footer } = runParts(run, style);
  return {
    heading: scenario.number === 0 ? `A program: ${showProgram(scenario.id)}` : scenario.title,
    title: `${scenario.number === 0 ? showProgram(scenario.id) : scenario.id} under ${run.choice.name}${mutant === undefined ? '' : `, the mutant ${mutant}`}`,
    subject: subjectOf(run),
    threads: threadLines(run),
    about: aboutLines(run, wording),
    kind: structure.KIND,
    roots: rootNames(run.audit.geometry),
    size: sizeText(run),
    rows: rowsIn(run, wording, story, goesOn),
    steps,
    operations: operationsOf(run, wording),
    words,
    start: moments[0],
    changes: changesOf(moments),
    damage: damageOf(first),
    foot: footer,
    verdict: verdictText(verdictOf(run)),
    isBroken: run.verdict === 'broken',
    source: sourceOf(run),
  };
}

function damageOf(first: Finding | undefined): RunView['damage'] {
  if (first === undefined || first.step === null) return null;
  return { step: first.step, since: first.since ?? null };
}

function subjectOf(run: ScenarioRun): Subject {
  const { scenario, choice, trace, counted, audit } = run;
  const { structure } = splitProgram(scenario.id);
  const { mutant = '' } = trace.header;
  // A mutant of the user's own has a hash behind its name: no page has that.
  const isOwn = (structure !== null && isPath(structure)) || mutant.endsWith(')');
  const isCase = scenario.number > 0 && run.case.own !== true;
  const isBuiltIn = schemes.includes(choice.scheme);
  return {
    id: scenario.id,
    number: scenario.number,
    scheme: isCase ? run.case.key : choice.spec,
    schemeName: choice.name,
    slots: audit.slots,
    cache: trace.header.cache ?? 0,
    ...(trace.header.freeList && { freeList: trace.header.freeList }),
    schedule: counted,
    mutant,
    replay: replayLine(run),
    again: !isOwn && (isCase || (isBuiltIn && (scenario.number > 0 || scenario.variant === undefined))),
  };
}

function rowsIn(run: ScenarioRun, wording: Wording, story: RunStory, goesOn: boolean): RowView[] {
  const shown = new Set(story.shown.map(({ at }) => at));
  let at = 0;
  return rowsOf(run, wording, { queueRoom: 60, freeRoom: 60, withState: false, goesOn }).map((row) => {
    at = row.step ?? at;
    return {
      at,
      step: row.step,
      thread: row.thread,
      text: row.text,
      gutter: row.gutter,
      switched: row.switched,
      notes: row.notes.map(({ text }) => text),
      chosen: shown.has(row.at),
      ends: row.picture.ends,
      queue: row.picture.queue,
      free: row.picture.free,
    };
  });
}

const KINDS: Readonly<Record<StepRecord['access'], StepView['kind']>> = {
  load: 'read',
  store: 'write',
  cas: 'cas',
  exchange: 'cas',
  add: 'cas',
  or: 'cas',
  await: 'wait',
};

/** The steps with what each compares, and the shared words with what they hold. */
function stepsOf(
  run: ScenarioRun,
  wording: Wording,
): { readonly steps: StepView[]; readonly words: WordOfView[] } {
  const beliefs = new Beliefs(run.trace);
  const { geometry, replay, lives } = beliefs;
  const effects = effectsIn(run.trace.events, geometry);
  const steps: StepView[] = [];
  const told = new Map<number, [number, string][]>();
  const text = (address: number): string => {
    const word = replay.words[address];
    const slot = namedAt(geometry, address, word);
    const shown = showWord(wording, address, word);
    if (slot === null || slot === 0 || slot > geometry.slots) return shown;
    return shown.replace(/^\d+/, lifeName(slot, lives.of(slot)));
  };
  const isOfBuckets = hasBuckets(geometry);
  const always = [
    ...Array.from({ length: geometry.roots }, (_, i) => geometry.root(i)),
    ...(geometry.cells > 0 ? [] : [FREE_TOP]),
  ];
  const [counts, cells] = cellsNamed(geometry);
  const links = Array.from({ length: geometry.slots }, (_, i) => geometry.slot(i + 1, S_NEXT));
  const watched = [...always, ...counts, ...links, ...cells];
  for (const address of watched) told.set(address, [[0, text(address)]]);
  for (let record = beliefs.advance(); record !== null; record = beliefs.advance()) {
    steps.push(stepOf(record, beliefs, effects.has(record)));
    const touched = [record.address, ...record.writes.map(([address]) => address)];
    for (const address of new Set(touched)) {
      const holds = told.get(address);
      const now = text(address);
      if (holds !== undefined && holds.at(-1)?.[1] !== now) holds.push([record.step, now]);
    }
  }
  const words = watched.flatMap((address): WordOfView[] => {
    const holds = told.get(address) ?? [];
    const isShown = always.includes(address) && !(isOfBuckets && holds[0]?.[1] === '0');
    return isShown || holds.length > 1 ? [{ name: wordName(geometry, address), holds }] : [];
  });
  return { steps, words: words.slice(0, MOST_WORDS) };
}

/** The words of an array that have a name: those that count, as Head and Tail do, and those of the cells. */
function cellsNamed(geometry: Geometry): [counts: number[], cells: number[]] {
  const named: [number[], number[]] = [[], []];
  for (let n = 0; n < geometry.cells; n++) {
    const name = nameInArray(geometry, n);
    if (name !== null) named[Number(/\d/.test(name))].push(geometry.cell(n));
  }
  return named;
}

/** As many words are followed over time. */
const MOST_WORDS = 14;

function stepOf(record: StepRecord, { outcome }: Beliefs, effect: boolean): StepView {
  const { thread, label, access, ok = null } = record;
  const validated = outcome?.kind === 'validation' ? outcome.ok : null;
  return {
    thread,
    label,
    kind: KINDS[access],
    ok: ok ?? validated,
    effect,
    from: outcome?.from?.step ?? 0,
  };
}

function operationsOf({ trace: { events } }: ScenarioRun, wording: Wording): OperationView[] {
  const answers = new Map<string, ReturnRecord>();
  for (const event of events)
    if (event.kind === 'return') answers.set(`T${event.thread}.op${event.op}`, event);
  return events.flatMap((event): OperationView[] => {
    if (event.kind !== 'invoke') return [];
    const { thread, op, name, argument, step } = event;
    const answer = answers.get(`T${thread}.op${op}`);
    const value = answer?.outcome === 'value' ? answer.value : null;
    const outcome = answer?.outcome ?? '';
    return [
      {
        thread,
        name: `${name}(${argument === null ? '' : wording.show(argument)})`,
        first: step,
        last: answer?.step ?? null,
        answer: value === null ? outcome : wording.show(value),
      },
    ];
  });
}

/** The methods that the run's steps are in. */
function sourceOf({ trace: { events } }: ScenarioRun): SourceView {
  const ran = new Set(
    events.flatMap((event) => {
      if (event.kind === 'step') return [event.label];
      return event.kind === 'stop' && event.before !== null ? [event.before] : [];
    }),
  );
  return methodTable([...ran].map((label) => [label, methodOf(label)]));
}
