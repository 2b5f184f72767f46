import { parseProgram, showProgram } from '../../laboratory/program.ts';
import { allowanceOf } from '../../judge/damage/allowed.ts';
import { claimsOf, type SchemeChoice, unsafeText } from '../../laboratory/registry.ts';
import type { Estimate } from '../../explore/campaign/estimate.ts';
import type { Exploration } from '../../explore/explore.ts';
import type { MemoryInLoop } from '../../explore/memory-in-loop.ts';
import type { Ending } from '../../search/search.ts';
import type { DamageKind } from '../../observe/trace.ts';
import { alteredText, mayBreak } from '../../scenario/promise.ts';
import { replayCommand } from '../../scenario/replay-line.ts';
import { counted, listed, plural, withCommas } from '../../counted.ts';
import { hang, wrap } from './columns.ts';
import { unjudgedText } from '../words.ts';
import type { Style } from './style.ts';

/** A number as people read it. */
export function showNumber(value: number | bigint): string {
  return withCommas(value);
}

/** Kinds of damage that have no step that a story could lead to. */
export const ENDLESS: ReadonlySet<DamageKind> = new Set(['livelock', 'deadlock']);

const ENDINGS: Readonly<Record<Ending, string>> = {
  visitor: 'the search was ended at the first finding',
  executions: 'the search was ended at the number of executions that --max-executions allows',
  time: 'the search was ended when its time was over (--max-seconds)',
  interrupt: 'the search was interrupted',
  memory: 'the search was ended when its memory was full',
  lost: 'the search was ended by a thread that did not come back',
};

/** A line of the report: its label, its text, and how both are painted. */
type Row = readonly [label: string, text: string, paint?: (text: string) => string];

/** What a search covered and found, in a few lines. */
export function explorationText(of: Exploration, style: Style): string {
  const head = `${style.heading(`explore  ${showProgram(of.program)}`)}   scheme ${style.accent(of.scheme)}   ${counted(of.slots, 'slot')}${of.cache === 0 ? '' : `, caches of ${of.cache}`}${of.freeList === 'stack' ? '' : `, a ${of.freeList} as the free list`}`;
  const rows = [...coverage(of, style), ...outcome(of, style)];
  const lines = rows.flatMap(([label, text, paint = (plain) => plain]) =>
    hang(label.padEnd(LABEL), text, style.columns).map((line) => paint(line)),
  );
  return [...wrap(head, style.columns, '  '), ...lines].join('\n');
}

/** The column in which text begins. */
const LABEL = 12;

function outcome(of: Exploration, style: Style): Row[] {
  const { bad, executions, findings, maxRetries } = of;
  const rows: Row[] = [];
  if (of.cut > 0) {
    rows.push(['cut', `${counted(of.cut, 'execution')} at the limit of steps; the first is ${of.firstCut}`]);
  }
  const retries =
    maxRetries === 0
      ? 'no operation made a second round'
      : `at most ${counted(maxRetries, 'retry', 'retries')} in one operation`;
  rows.push(['histories', `${showNumber(of.histories)} different; ${retries}`]);
  if (bad === 0) rows.push(['bad', 'none', style.ok]);
  else {
    const kinds = findings.map(({ kind }) => kind).join(', ');
    rows.push(['bad', `${showNumber(bad)} (${percent(bad / executions)}): ${kinds}`, style.damage]);
  }
  if (of.notJudged.length > 0) rows.push(['not judged', unjudgedText(of.notJudged), style.note]);
  for (const { kind, note, schedule } of findings) {
    if (ENDLESS.has(kind)) rows.push([kind, `${note} The schedule ${schedule} leads there.`]);
  }
  if (of.obstructionFreedom && of.obstructionFreedom.stuck === null) {
    const { states, more, waits } = of.obstructionFreedom;
    const text = `from ${more ? 'the first' : 'all'} ${showNumber(states)} states that were visited, every thread can finish alone`;
    if (waits === null) rows.push(['lock-free', `passed: ${text}`, style.ok]);
    else rows.push(['lock-free', `no: ${waits}; but ${text}`, style.note]);
  }
  if (of.memoryInLoop) {
    const { broken, usedUp } = of.memoryInLoop;
    const calm = usedUp.length === 0 ? style.ok : style.note;
    rows.push(['memory', loopText(of.memoryInLoop), broken === null ? calm : style.damage]);
  }
  if (of.guarantee) {
    const { formula, rate } = of.guarantee;
    const text = `at least ${formula} = ${percent(rate)} of the runs show damage of the depth asked for, if there is any; ${percent(bad / executions)} were bad`;
    rows.push(['promised', text]);
  }
  return rows;
}

/** What was run, and how much of all there is. */
function coverage(of: Exploration, style: Style): Row[] {
  const { executions, preemptions, interleavings, seed } = of;
  const ending = endingOf(of);
  const pace = paceOf(of);
  const shard: Row[] = isWholeShard(of) ? [['shard', ending, style.note]] : [];
  if (seed !== null) {
    const early = of.endedBy === null ? '' : `, and ${ending}`;
    return [
      ['executions', `${showNumber(executions)}, chosen by ${of.strategy} from seed ${seed}; ${pace}`],
      ['sampled', `a random search proves nothing${early}`, style.note],
      ...shard,
    ];
  }
  if (of.strategy === 'replay') return [['executions', `${showNumber(executions)}, by its schedule`]];
  const within =
    preemptions === null
      ? 'no limit on preemptions'
      : `at most ${counted(preemptions, 'preemption')} in each`;
  const rows: Row[] = [['executions', `${showNumber(executions)}, one of each class; ${within}; ${pace}`]];
  if (of.complete && interleavings !== null) {
    const classes = counted(executions, 'class stands', 'classes stand');
    rows.push(['', `${classes} for ${counted(interleavings, 'interleaving')}`]);
  }
  if (shard.length > 0) rows.push(...shard);
  else if (ending === '' && of.more) {
    const most = counted(preemptions ?? 0, 'preemption');
    rows.push(['complete', `to ${most}; executions with more were not looked at`, style.note]);
  } else if (ending === '') rows.push(['complete', 'nothing was left out', style.ok]);
  else rows.push(['incomplete', ending, style.note]);
  if (of.estimate) rows.push(['', estimateText(of)]);
  return rows;
}

/** How long it took, and how fast that was, unless most of it was the start of a worker. */
function paceOf({ executions, seconds }: Exploration): string {
  const rate = seconds < 1 ? '' : `, ${showNumber(Math.round(executions / seconds))} a second`;
  return `${seconds.toFixed(2)} s${rate}`;
}

/** How much there is in all. */
function estimateText({ estimate, executions, seconds, units, shard }: Exploration): string {
  const { executions: all, least, most } = estimate as Estimate;
  const left = (seconds * Math.max(0, all - executions)) / Math.max(1, executions);
  const of = shard === null ? 'in all' : `in shard ${shard}`;
  const range = most === null ? `at least ${rough(least)}` : `between ${rough(least)} and ${rough(most)}`;
  return `about ${rough(all)} classes ${of}, most likely ${range}, estimated from ${counted(units.done, 'unit')} drawn at random: about ${rough(left)} s more`;
}

/** To two digits. */
export function rough(value: number): string {
  return showNumber(Number(value.toPrecision(2)));
}

/** True if it is all of a part of a search. */
function isWholeShard({ endedBy, shard }: Exploration): boolean {
  return shard !== null && endedBy === null;
}

/** Why this is not all of the search; empty if it is. */
function endingOf({ endedBy, shard, units }: Exploration): string {
  const all = showNumber(units.all);
  if (endedBy === null) {
    return shard === null
      ? ''
      : `${shard}, all of its ${counted(units.all, 'unit')}; explore --merge adds the shards up`;
  }
  const part = shard === null ? 'the' : `shard ${shard}'s`;
  return `${ENDINGS[endedBy]}${units.all === 1 ? '' : `, with ${showNumber(units.done)} of ${part} ${all} units done`}`;
}

/** With as many digits as tell something. */
function percent(share: number): string {
  const hundred = 100 * share;
  return `${hundred === 0 || hundred >= 1 ? hundred.toFixed(1) : hundred.toPrecision(2)} %`;
}

/** What the findings say of the scheme's claims. */
export function explorationVerdict(
  { program, bad, executions, findings, complete, more, memoryInLoop }: Exploration,
  choice: SchemeChoice,
  broken: boolean,
): string {
  if (executions === 0) return `Nothing was run, so nothing is said of what ${choice.name} promises.`;
  const damaged = `${showNumber(bad)} of ${counted(executions, 'execution')} ${plural(bad, 'is', 'are')} damaged`;
  if (broken) {
    const kinds: DamageKind[] = findings.filter(({ charged }) => charged === true).map(({ kind }) => kind);
    if (memoryInLoop !== null && memoryInLoop.broken !== null) kinds.push('bound exceeded');
    const what = [...new Set(kinds)].join(', ');
    const whose = alteredText(null);
    if (mayBreak(choice))
      return `BROKEN   ${choice.name} ${allowanceOf(claimsOf(choice.scheme).abaSafe)}, which this does not${whose}: ${what}.`;
    return `BROKEN   ${choice.name} promises that this cannot happen${whose}: ${what}${bad === 0 ? '' : `; ${damaged}`}.`;
  }
  const isWhole = complete && !more;
  const seen =
    executions === 1 ? 'the one execution that was' : `the ${showNumber(executions)} executions that were`;
  const none = isWhole ? 'this program shows no damage' : `no damage in ${seen} made`;
  const unsafe = unsafeText(parseProgram(program).structure, choice);
  if (unsafe !== null) return `as claimed   ${unsafe}: ${bad === 0 ? none : damaged}.`;
  if (!mayBreak(choice) && bad === 0) return isWhole ? 'as claimed' : `as claimed   ${none}.`;
  const promise =
    claimsOf(choice.scheme).abaSafe === 'no'
      ? `${choice.name} promises no safety`
      : `${choice.name} promises no safety once its tag has wrapped`;
  return `as claimed   ${promise}: ${bad === 0 ? none : damaged}.`;
}

/** Null if nothing was run. */
function verdictOf({ executions }: Exploration, broken: boolean): 'broken' | 'as-claimed' | null {
  if (broken) return 'broken';
  return executions === 0 ? null : 'as-claimed';
}

/** The same as JSON, with the names that every command uses. */
export function explorationJson(of: Exploration, broken: boolean): Record<string, unknown> {
  const { interleavings, findings, complete, ...rest } = of;
  return {
    verdict: verdictOf(of, broken),
    findings: findings.map(({ schedule, ...finding }) => ({
      ...finding,
      replay: replayCommand({
        subject: of.program,
        scheme: of.scheme,
        slots: of.slots,
        cache: of.cache,
        freeList: of.freeList,
        schedule,
      }),
    })),
    audit: null,
    ...rest,
    complete: complete && !of.more,
    interleavings: interleavings === null ? null : String(interleavings),
  };
}

/** What the loop has shown, as a line of a report. */
function loopText(loop: MemoryInLoop): string {
  const { slots, chain, rounds, places, deaths, fewest, usedUp, waits, broken } = loop;
  if (broken !== null) return `${broken}.`;
  // A structure that takes no slots has cells alone.
  const inCells = fewest.length === 0;
  const where = inCells ? '' : ` in ${counted(slots, 'slot')}`;
  const round =
    chain === 1
      ? 'put a value in and took one out'
      : `put up to ${chain} values in and took up to ${chain} out`;
  const went = `T2 ${round} ${withCommas(rounds)} times${where}`;
  const beside = `beside T1 before each of ${counted(places, 'step')} of an operation, ${deaths ? 'dead there, ' : ''}offline, or gone`;
  const [alone, second, cached] = fewest.map(withCommas);
  const few = inCells
    ? ''
    : `; in as few slots as the scheme needs each round found one free too: ${alone} where a thread is alone, ${second} where another one has gone round before it${cached === undefined ? '' : `, ${cached} with caches`}`;
  if (usedUp.length === 0)
    return `passed: ${went}, ${beside}, and found ${inCells ? 'room' : 'a slot free'} in the end${few}`;
  const allowed = waits === null ? 'claims of the scheme allow' : `card of the structure allows: ${waits}`;
  return `${went}, ${beside}; while T1 stood before ${listed(usedUp, 8)} it found ${inCells ? 'no room' : 'none free'} in the end, as the ${allowed}${few}`;
}
