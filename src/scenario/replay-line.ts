import { UsageError } from '../errors.ts';
import { caseName, type Play } from './play.ts';

/** What a replay line says. */
export interface ReplayRequest {
  readonly subject: string;
  /** The scheme with its parameters. */
  readonly scheme: string;
  readonly slots: number | null;
  readonly schedule: string;
}

/** The command that makes a run again, step by step: `npx lockfree-lab replay aba-dequeue/naive:slots=6 1x5,2x29,1x2`. */
export function replayLine({ scenario, case: own, choice, trace, counted }: Play): string {
  const spec = caseName(scenario, own, choice);
  const join = /:[a-z]+=/.test(spec) ? ',' : ':';
  return `npx lockfree-lab replay ${scenario.id}/${spec}${join}slots=${trace.header.slots} ${counted}`;
}

/** Reads a replay line, with or without the command in front. Throws a UsageError that says what does not fit. */
export function parseReplayLine(line: string): ReplayRequest {
  const words = line.trim().split(/\s+/);
  const command = words.indexOf('replay');
  const [subject = '', ...schedule] = command === -1 ? words : words.slice(command + 1);
  const slash = subject.indexOf('/');
  if (slash <= 0 || schedule.length === 0) {
    throw new UsageError(
      `"${line.trim()}" is no replay line; it reads SCENARIO/SCHEME:slots=N SCHEDULE, for example aba-dequeue/naive:slots=6 1x5,2x29,1x2.`,
    );
  }
  const scheme = subject.slice(slash + 1);
  const slots = /(?:[:,])slots=(\d+)(?=,|$)/.exec(scheme);
  return {
    subject: subject.slice(0, slash),
    scheme: slots ? scheme.replace(slots[0], '').replace(/^([^:]*),/, '$1:') : scheme,
    slots: slots ? Number(slots[1]) : null,
    schedule: schedule.join(' '),
  };
}
