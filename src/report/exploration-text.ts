import type { Exploration } from '../explore/explore.ts';
import { replayCommand } from '../scenario/replay-line.ts';
import { hang } from './columns.ts';
import type { Style } from './style.ts';

function number(value: number | bigint): string {
  return value.toLocaleString('en-US');
}

/** What a search covered and found, in a few lines. */
export function explorationText(of: Exploration, style: Style): string {
  const { executions, bad, seconds, preemptions } = of;
  const within =
    preemptions === null ? 'whatever the preemptions' : `with at most ${preemptions} preemptions`;
  const rate = number(Math.round(executions / Math.max(seconds, 1e-3)));
  const lines = [
    `${style.heading(`explore  ${of.program}`)}   scheme ${style.accent(of.scheme)}   ${of.slots} slots`,
    `executions  ${number(executions)}, each of another class, ${within}; ${seconds.toFixed(2)} s, ${rate} a second`,
  ];
  if (of.interleavings !== null) {
    lines.push(
      `            ${number(executions)} classes stand for ${number(of.interleavings)} interleavings`,
    );
  }
  lines.push(
    of.complete
      ? style.ok('complete    nothing was left out')
      : style.note('incomplete  the search was ended before it had seen everything'),
  );
  if (of.cut > 0)
    lines.push(`cut         ${number(of.cut)} executions at the step limit; the first is ${of.firstCut}`);
  const retries = `${of.maxRetries} ${of.maxRetries === 1 ? 'retry' : 'retries'}`;
  lines.push(`histories   ${number(of.histories)} distinct; at most ${retries} in one operation`);
  if (bad === 0) lines.push(style.ok('bad         none'));
  else {
    const kinds = of.findings.map(({ kind }) => kind).join(', ');
    lines.push(
      style.damage(`bad         ${number(bad)} (${((100 * bad) / executions).toFixed(1)} %): ${kinds}`),
    );
  }
  return lines.flatMap((line) => hang(line.slice(0, 12), line.slice(12), style.columns)).join('\n');
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
    seed: null,
    ...rest,
    interleavings: interleavings === null ? null : String(interleavings),
  };
}
