import type { Estimate } from '../explore/estimate.ts';
import type { Exploration } from '../explore/explore.ts';
import type { Ending } from '../explore/search.ts';
import type { DamageKind } from '../observe/trace.ts';
import { replayCommand } from '../scenario/replay-line.ts';
import { hang } from './columns.ts';
import { unjudgedText } from './history-text.ts';
import type { Style } from './style.ts';

/** A number as people read it. */
export function number(value: number | bigint): string {
  return value.toLocaleString('en-US');
}

/** Kinds of damage that have no step that a story could lead to. */
export const ENDLESS: ReadonlySet<DamageKind> = new Set(['livelock', 'deadlock']);

const ENDINGS: Readonly<Record<Ending, string>> = {
  visitor: 'the search was ended at the first finding',
  executions: 'the search was ended after so many executions',
  time: 'the search was ended when its time was over',
  interrupt: 'the search was interrupted',
  memory: 'the search was ended when its memory was full',
};

/** What a search covered and found, in a few lines. */
export function explorationText(of: Exploration, style: Style): string {
  const { bad, executions } = of;
  const lines = [
    `${style.heading(`explore  ${of.program}`)}   scheme ${style.accent(of.scheme)}   ${of.slots} slots`,
    ...coverage(of, style),
  ];
  if (of.cut > 0)
    lines.push(`cut         ${number(of.cut)} executions at the step limit; the first is ${of.firstCut}`);
  const most = `at most ${of.maxRetries} ${of.maxRetries === 1 ? 'retry' : 'retries'} in one operation`;
  lines.push(`histories   ${number(of.histories)} distinct; ${of.maxRetries === 0 ? 'no retries' : most}`);
  if (bad === 0) lines.push(style.ok('bad         none'));
  else {
    const kinds = of.findings.map(({ kind }) => kind).join(', ');
    lines.push(style.damage(`bad         ${number(bad)} (${percent(bad / executions)}): ${kinds}`));
  }
  if (of.notJudged.length > 0) lines.push(style.note(`not judged  ${unjudgedText(of.notJudged)}`));
  for (const { kind, note, schedule } of of.findings) {
    if (ENDLESS.has(kind)) lines.push(`${kind.padEnd(12)}${note} It comes with the schedule ${schedule}`);
  }
  if (of.alone && of.alone.stuck === null) {
    const { states, more } = of.alone;
    lines.push(
      style.ok(
        `alone       every thread can finish alone from ${more ? 'the first' : 'all'} ${number(states)} visited states`,
      ),
    );
  }
  if (of.guarantee) {
    const { formula, rate } = of.guarantee;
    lines.push(
      `promised    ${formula} = ${percent(rate)} of the runs at least, for damage of that depth; ${percent(bad / executions)} were bad`,
    );
  }
  return lines.flatMap((line) => hang(line.slice(0, 12), line.slice(12), style.columns)).join('\n');
}

/** What was run, and how much of all there is. */
function coverage(of: Exploration, style: Style): string[] {
  const { executions, preemptions, interleavings, seed } = of;
  const ending = endingOf(of);
  const pace = paceOf(of);
  if (seed !== null) {
    return [
      `executions  ${number(executions)}, chosen by ${of.strategy} from seed ${seed}; ${pace}`,
      style.note(
        `sampled     a search by chance proves nothing${of.endedBy === null ? '' : `, and ${ending}`}`,
      ),
      ...(isWholeShard(of) ? [style.note(`shard       ${ending}`)] : []),
    ];
  }
  if (of.strategy === 'replay') return [`executions  ${number(executions)}, by its schedule`];
  const within =
    preemptions === null
      ? 'whatever the preemptions'
      : `with at most ${preemptions} ${preemptions === 1 ? 'preemption' : 'preemptions'}`;
  const lines = [`executions  ${number(executions)}, each of another class, ${within}; ${pace}`];
  if (of.complete && interleavings !== null) {
    lines.push(`            ${number(executions)} classes stand for ${number(interleavings)} interleavings`);
  }
  if (isWholeShard(of)) lines.push(style.note(`shard       ${ending}`));
  else
    lines.push(
      ending === '' ? style.ok('complete    nothing was left out') : style.note(`incomplete  ${ending}`),
    );
  if (of.estimate) lines.push(`            ${estimateText(of)}`);
  return lines;
}

/** How long it took, and how fast that was, unless most of it was the start of a worker. */
function paceOf({ executions, seconds }: Exploration): string {
  const rate = seconds < 1 ? '' : `, ${number(Math.round(executions / seconds))} a second`;
  return `${seconds.toFixed(2)} s${rate}`;
}

/** How much there is in all. */
function estimateText({ estimate, executions, seconds, units, shard }: Exploration): string {
  const { executions: all, error } = estimate as Estimate;
  const left = (seconds * Math.max(0, all - executions)) / Math.max(1, executions);
  const of = shard === null ? 'in all' : `in shard ${shard}`;
  return `about ${rough(all)} classes ${of}, give or take ${rough(error)}, by ${number(units.done)} units drawn at random: ${rough(left)} s more`;
}

/** To two digits. */
export function rough(value: number): string {
  return number(Number(value.toPrecision(2)));
}

/** True if it is all of a part of a search. */
function isWholeShard({ endedBy, shard }: Exploration): boolean {
  return shard !== null && endedBy === null;
}

/** Why this is not all of the search; empty if it is. */
function endingOf({ endedBy, shard, units }: Exploration): string {
  const all = number(units.all);
  if (endedBy === null) {
    return shard === null ? '' : `${shard}, all of its ${all} units; explore --merge adds the shards up`;
  }
  const part = shard === null ? 'the' : `shard ${shard}'s`;
  return `${ENDINGS[endedBy]}${units.all === 1 ? '' : `, with ${number(units.done)} of ${part} ${all} units done`}`;
}

/** With as many digits as tell something. */
function percent(share: number): string {
  const hundred = 100 * share;
  return `${hundred === 0 || hundred >= 1 ? hundred.toFixed(1) : hundred.toPrecision(2)} %`;
}

/** The same as JSON, with the names that every command uses. */
export function explorationJson(of: Exploration, broken: boolean): Record<string, unknown> {
  const { interleavings, findings, ...rest } = of;
  return {
    verdict: broken ? 'broken' : 'as-claimed',
    findings: findings.map(({ schedule, ...finding }) => ({
      ...finding,
      replay: replayCommand({ subject: of.program, scheme: of.scheme, slots: of.slots, schedule }),
    })),
    audit: null,
    ...rest,
    interleavings: interleavings === null ? null : String(interleavings),
  };
}
