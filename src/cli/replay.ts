import { existsSync } from 'node:fs';
import { findScenario } from '../../scenarios/index.ts';
import type { Trace } from '../observe/trace.ts';
import { claimedCase, isProgram, programScenario } from '../scenario/ad-hoc.ts';
import { caseFor, type Play } from '../scenario/play.ts';
import { parseReplayLine, type ReplayRequest } from '../scenario/replay-line.ts';
import { command, type Command } from './command.ts';
import { flag } from './option.ts';
import { readTrace } from './recording.ts';
import { playEach, tellOne } from './run.ts';

export const replay: Command = command({
  name: 'replay',
  summary: 'Runs a recorded run again and says whether it is the same.',
  about:
    'Takes the line that ends a story, or the file that run --trace wrote. Of a file it says whether every step came out as recorded; the exit status is then 1 if one did not.',
  positionals: [
    { name: 'line or file', help: 'SCENARIO/SCHEME:slots=N SCHEDULE, or the path of a trace.', many: true },
  ],
  options: { all: flag('Shows every step.') },
  examples: [['lockfree-lab replay aba-dequeue/naive:slots=6 1x8,2x20', 'The first 28 steps of such a run.']],
  run: async (context, { all }, words) => {
    const recorded = recordingOf(words);
    const request = recorded === null ? parseReplayLine(words.join(' ')) : requestOf(recorded);
    const { subject, schedule, slots } = request;
    const isOwn = isProgram(subject);
    const scenario = isOwn ? programScenario(subject, slots ?? 6, schedule) : findScenario(subject);
    const each = isOwn ? await claimedCase(request.scheme) : await caseFor(scenario, request.scheme);
    const options = { until: 'end', schedule, ...(slots === null ? {} : { slots }) } as const;
    const [played] = await playEach(scenario, [each], options, context);
    if (!played) return { broken: false, document: { verdict: null, findings: [], audit: null, seed: null } };
    const told = tellOne(played, { all }, context);
    if (recorded === null) return told;
    const difference = firstDifference(recorded, played);
    const { style, print } = context;
    print(
      difference === null
        ? style.ok(`THE SAME   all ${recorded.events.length} events came out as recorded`)
        : style.damage(`NOT THE SAME   ${difference}`),
    );
    return {
      broken: told.broken || difference !== null,
      document: { ...told.document, same: difference === null, difference },
    };
  },
});

/** The trace that the words name, or null if they are a line. */
function recordingOf(words: readonly string[]): Trace | null {
  const [path] = words;
  return words.length === 1 && existsSync(path) ? readTrace(path) : null;
}

function requestOf({ header }: Trace): ReplayRequest {
  const { subject, scheme, slots, schedule } = header;
  return { subject, scheme: header.case ?? scheme, slots, schedule };
}

/** Where a play departs from a recording, as far as that goes, or null. */
function firstDifference({ events }: Trace, { trace }: Play): string | null {
  const at = events.findIndex((event, i) => JSON.stringify(event) !== JSON.stringify(trace.events[i]));
  if (at !== -1) {
    const { step, kind, thread } = events[at];
    return `the ${kind} of T${thread} at step ${step} is not as recorded`;
  }
  return null;
}
