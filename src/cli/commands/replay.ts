import { existsSync } from 'node:fs';
import { UsageError } from '../../errors.ts';
import type { Trace } from '../../observe/trace.ts';
import { type TraceDifference, differenceText, firstDifference } from '../../report/text/difference.ts';
import { htmlOption, pageCommand } from '../page.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';
import { visible } from '../../visible.ts';
import { parseReplayWords, type ReplayRequest } from '../../scenario/replay-line.ts';
import { command, type Command } from '../arguments/command.ts';
import { mutantOption } from '../mutant.ts';
import { choice, text } from '../arguments/option.ts';
import { programFrom, readTrace } from '../recording.ts';
import { requestOf, runAgain } from '../run-again.ts';
import { runEach, storyOf, storyOptions, tellOne } from '../scenario-runs.ts';
import { moduleOf, programAsked } from '../arguments/module-url.ts';

export const replay: Command = command({
  name: 'replay',
  summary: 'Runs a recorded run again and says whether it is the same.',
  about:
    'Takes the line that ends a story, or the file that run --trace wrote. Of a file it says whether every step came out as recorded; the exit status is then 1 if one did not.',
  positionals: [
    { name: 'line or file', help: 'SCENARIO/SCHEME:slots=N SCHEDULE, or the path of a trace.', many: true },
  ],
  options: {
    ...storyOptions,
    mutant: mutantOption,
    engine: choice(['stepped', 'model'], 'stepped', 'On real threads, or on the model of them in this one.'),
    scheme: text('FILE', "Of a trace made under a user's own scheme: its module; a file never runs code."),
    structure: text(
      'FILE',
      "Of a program on a structure of the user's own: its module; for a trace too, since a file never runs code.",
    ),
    variant: text('FILE', "Of a program: the module with a queue or a slab in place of the kernel's."),
    html: htmlOption,
  },
  examples: [
    ['lockfree-lab replay aba-dequeue/naive:slots=6 1x5,2x36,1x4', 'The line that ends run aba-dequeue.'],
    [
      'lockfree-lab replay aba-dequeue/naive:slots=6 1x8,2x20',
      'Another schedule of the same: it is told, and nothing is expected of it.',
    ],
  ],
  run: async (context, { engine, scheme, structure, variant: given, html, ...story }, words) => {
    const recorded = recordingOf(words);
    if (recorded === null && scheme !== null) {
      throw new UsageError(
        `--scheme ${scheme} is for a trace; a line names its scheme itself: leave it out.`,
      );
    }
    const request = recorded === null ? parseReplayWords(words) : requestOf(words[0], recorded, scheme);
    const subject =
      recorded === null
        ? await subjectOf(request, structure)
        : await programFrom(`the trace ${visible(words[0])}`, request.subject, structure);
    const variant = given === null ? (request.variant ?? null) : moduleOf(given);
    const made = await runAgain(request, subject, variant, recorded !== null);
    if (html !== null) checkWritable(html);
    const [run] = await runEach(made.scenario, [made.case], made.options, context, engine === 'model');
    if (!run) return { broken: false, document: { verdict: null, findings: [], audit: null, seed: null } };
    if (html !== null) {
      const { runPage } = await import('../../report/page/run-page.ts');
      writeFile(html, runPage([run], pageCommand()));
    }
    const told = tellOne(run, storyOf(story), context);
    if (recorded === null) return told;
    const difference = firstDifference(recorded, run, context.style);
    const { style, print } = context;
    print(
      difference === null
        ? style.ok(`THE SAME   all ${recorded.events.length} events came out as recorded`)
        : differenceText(difference, style),
    );
    return {
      broken: told.broken || difference !== null,
      document: {
        ...told.document,
        same: difference === null,
        difference: difference && differenceSentence(difference),
      },
    };
  },
});

function differenceSentence({ step, recorded, now }: TraceDifference): string {
  return `step ${step} was recorded as "${recorded}", and now it is "${now}"`;
}

/** What is replayed: a scenario by its name, or a program that names its structure. */
async function subjectOf(request: ReplayRequest, given: string | null): Promise<string> {
  const structure = given ?? request.structure ?? null;
  return structure === null ? request.subject : programAsked(structure, request.subject);
}

/** The trace that the words name, or null if they are a line. */
function recordingOf(words: readonly string[]): Trace | null {
  const [path] = words;
  return words.length === 1 && existsSync(path) ? readTrace(path) : null;
}
