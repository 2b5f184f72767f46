import { namesOfValues } from '../../laboratory/program.ts';
import type { Belief } from '../../judge/damage/beliefs.ts';
import { DAMAGE } from '../../observe/trace.ts';
import { cardOf } from '../../laboratory/labels.ts';
import { counted } from '../../counted.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import type { Game, Position } from '../../play/game.ts';
import type { Goal } from '../../play/goal.ts';
import type { WaySearch } from '../../play/way.ts';
import { announcedText, beliefText } from '../remarks/derived.ts';
import { Scene } from '../remarks/scene.ts';
import { schemeState, type Wording } from '../words.ts';
import { equation } from '../../judge/audit/audit.ts';
import { hang, wrap } from './columns.ts';
import { aboutLines, runParts, threadLines } from './run-text.ts';
import { nextRows, rowsHead } from './story.ts';
import type { Style } from './style.ts';

/** What a goal is, in one sentence. */
function goalText(goal: Goal): string {
  switch (goal.kind) {
    case 'damage':
      return `Bring this about: ${goal.damage}. ${DAMAGE[goal.damage]}`;
    case 'step':
      return `Make ${goal.label} ${goal.ok ? 'succeed' : 'fail'}.`;
    case 'answer':
      return `Make ${goal.name} answer "${goal.outcome}".`;
    case 'unreclaimed':
      return `Have ${counted(goal.slots, 'slot')} retired that ${goal.slots === 1 ? 'is' : 'are'} not free yet.`;
    case 'leaked':
      return `Have ${counted(goal.slots, 'slot')} without an owner: leaked.`;
  }
}

/** The task of a game and its par; where nothing is asked, that too. */
export function taskText({ level, goal }: Game): string {
  if (level !== null)
    return `Level ${level.number}, ${level.title}. ${level.task} Par: ${counted(level.par, 'preemption')}.`;
  return goal === null ? 'Nothing is asked here: move the threads, and watch.' : goalText(goal);
}

const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['1 2 …', 'a thread makes its step'],
  ['k1 k2 …', 'a thread is killed'],
  ['u', 'undo'],
  ['g', 'goal'],
  ['h', 'hint'],
  ['s', 'state'],
  ['a', 'ask before a compare-and-swap'],
  ['?', 'keys'],
  ['q', 'leave'],
];

/** What each key does. */
export function keysText({ columns, glyph, faint }: Style): string {
  const all = KEYS.map(([key, does]) => `${key.replace('…', glyph.ellipsis)} ${does}`).join(
    `  ${glyph.dot}  `,
  );
  return hang('keys     ', all, columns).map(faint).join('\n');
}

/** What is above the first step: what is played, without the schedule, which the player makes. */
export function openingText(game: Game, { run }: Position, style: Style): string {
  const { header } = runParts(run, style);
  const top = header.slice(
    0,
    header.findIndex((line) => line.startsWith('T1')),
  );
  const about = aboutLines(run, wordingOf(run, style)).filter((line) => !line.startsWith('told'));
  return [
    ...top,
    ...threadLines(run).flatMap((line) => hang(line.slice(0, 4), line.slice(4), style.columns)),
    ...about.flatMap((line) => wrap(line, style.columns, '         ')),
    ...hang('goal     ', taskText(game), style.columns).map(style.note),
    keysText(style),
    '',
    rowsHead(run, style),
  ].join('\n');
}

function wordingOf({ audit: { geometry } }: ScenarioRun, style: Style): Wording {
  return { geometry, style, show: namesOfValues(geometry) };
}

/** The rows of a story from a number of rows on, and how many there are. */
export function rowsFrom(
  position: Position,
  from: number,
  style: Style,
): { readonly text: string; readonly rows: number } {
  const { lines, rows } = nextRows(position.run, wordingOf(position.run, style), from);
  return { text: lines.join('\n'), rows };
}

/** That the goal is reached, and how well. */
export function reachedText({ level }: Game, { preemptions, reached }: Position, style: Style): string {
  const first = `REACHED  at step ${reached}, with ${counted(preemptions, 'preemption')}${level === null ? '.' : parText(preemptions, level.par)}`;
  return [
    ...wrap(first, style.columns, '         ').map(style.ok),
    ...(level === null ? [] : hang('         ', level.moral, style.columns)),
  ].join('\n');
}

function parText(preemptions: number, par: number): string {
  return preemptions <= par ? ': that is par.' : `; par is ${par}: take back with u, and try with fewer.`;
}

/** What is asked before a compare-and-swap. */
export function askText(thread: number, label: string): string {
  const says = cardOf(label)?.says;
  const what =
    says === undefined ? '' : ` (${says.replaceAll(/\{(\w+)\}/g, (_, hole: string) => hole.toUpperCase())})`;
  return `T${thread}'s next step is ${label}, a compare-and-swap${what}. Will it succeed?`;
}

/** True of a step that is a compare-and-swap. */
export function isCas(label: string): boolean {
  return cardOf(label)?.access === 'cas';
}

/** What each thread is in, its next step, and what it takes for true; who owns each slot. */
export function stateText({ run, next, preemptions }: Position, style: Style): string {
  const wording = wordingOf(run, style);
  const scene = new Scene(run.trace);
  for (const event of run.trace.events) scene.see(event);
  const threads = run.program.threads.flatMap((_, i) => {
    const label = next[i];
    const beliefs = scene.beliefs(i + 1).map((belief) => {
      const now = stalenessOf(belief);
      return `${beliefText(belief, wording)} (step ${belief.step}${now})`;
    });
    const announces = announcedText(i + 1, scene).trim();
    const told = [
      label === null ? 'has done all, or was killed' : `next step ${label}`,
      beliefs.length === 0 ? 'believes nothing' : `believes ${beliefs.join(', ')}`,
      ...(announces === '' ? [] : [announces]),
    ];
    return hang(`T${i + 1}       `, told.join(` ${style.glyph.dot} `), style.columns);
  });
  const known = schemeState(run.audit, wording);
  return [
    ...threads,
    ...(known === '' ? [] : hang('scheme   ', known, style.columns)),
    ...hang('slots    ', equation(run.audit, { ascii: style.ascii }), style.columns),
    `switches ${counted(preemptions, 'preemption')} so far`,
  ].join('\n');
}

/** What has become of a thing that a thread takes for true. */
function stalenessOf({ identity, bits }: Belief): string {
  if (identity !== 'same') return `, ${identity} now`;
  return bits === 'changed' ? ', changed since' : '';
}

/** The next step of a shortest way, or why there is none. */
export function hintText(found: WaySearch | string, { next }: Position): string {
  if (typeof found === 'string') return found;
  const { way, complete, preemptions } = found;
  if (way === null)
    return complete
      ? 'Without a kill the goal cannot be reached from here any more: take back with u.'
      : `No way from here with up to ${counted(Math.max(0, preemptions), 'preemption')} more was found: take back with u.`;
  const [first] = way.path;
  if (first === undefined) return 'The goal is reached.';
  const rest = `From here it takes ${counted(way.path.filter((move) => move >= 0).length, 'step')} and ${counted(way.preemptions, 'preemption')}${complete ? '' : ', or fewer'}.`;
  if (first < 0)
    return `Kill T${~first + 1} (k${~first + 1}), which stands before ${next[~first] ?? ''}. ${rest}`;
  const more = way.path.findIndex((thread) => thread !== first);
  const steps = more === -1 ? way.path.length : more;
  const stretch = steps === 1 ? 'one step' : `its next ${steps} steps`;
  return `Move T${first + 1} (${next[first] ?? ''}): ${stretch}. ${rest}`;
}
