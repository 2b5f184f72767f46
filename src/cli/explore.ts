import type { ExploreJob } from '../../workers/explore.ts';
import { Crew } from '../engines/crew.ts';
import { parseProgram } from '../engines/program.ts';
import { chooseScheme } from '../engines/registry.ts';
import { checkGeometry } from '../engines/shared.ts';
import { UsageError } from '../errors.ts';
import type { Exploration } from '../explore/explore.ts';
import { explorationJson, explorationText } from '../report/exploration-text.ts';
import { playText } from '../report/play-text.ts';
import { shrunkJson, shrunkText } from '../report/shrunk-text.ts';
import { mayBreak } from '../scenario/play.ts';
import { command, type Command, type Context } from './command.ts';
import { mutantOption } from './mutant.ts';
import { flag, integer, number, text, textOr } from './option.ts';
import { playShrunk, shrinkInWorker } from './shrinking.ts';

export const exploreCommand: Command = command({
  name: 'explore',
  summary: 'Runs a small program under every interleaving, and tells the shortest story of a failure.',
  about:
    'All shared memory is sequentially consistent, so a search that ends has seen all that can happen: one execution of each class of ' +
    'those that differ only in the order of steps that have nothing to do with each other. The exit status is 1 if a scheme does not do ' +
    'as it claims.',
  options: {
    program: text('PROGRAM', 'What the queue holds, and the operations of each thread: "[A] d | d e d".'),
    scheme: textOr('naive', 'ID', 'The scheme, with parameters as in hazard-pointers:threshold=1.'),
    slots: integer('N', 'The slots of the slab. Default 6.', { least: 2, most: 64 }),
    'max-preemptions': integer('N', 'Only executions with up to so many preemptions, the fewest first.', {
      least: 0,
      most: 99,
    }),
    'max-executions': integer('N', 'End after so many executions.', { least: 1, most: 2 ** 31 }),
    'max-seconds': number('S', 'End after so many seconds. Default 60.', { least: 0.1, most: 86_400 }),
    mutant: mutantOption,
    first: flag('Ends at the first finding.'),
    shrink: number('S', 'Seconds for making a failure smaller; 0 tells it as it was found. Default 10.', {
      least: 0,
      most: 86_400,
    }),
  },
  examples: [
    ['lockfree-lab explore --program "[A] d | d e d"', 'ABA under naive reuse, found and told.'],
    ['lockfree-lab explore --program "e d | d" --scheme tagged', 'Every interleaving, and nothing found.'],
  ],
  run: async (context, options) => {
    const { print, style } = context;
    const { program, scheme, slots, first } = options;
    if (program === null) {
      throw new UsageError('explore lacks its program: give one, as in --program "[A] d | d e d".');
    }
    const choice = await chooseScheme(scheme);
    const { threads, initial } = parseProgram(program);
    const size = { slots: slots ?? 6, threads: threads.length, initial };
    checkGeometry(size, choice);
    const limits = {
      slots: size.slots,
      maxSeconds: options['max-seconds'] ?? 60,
      ...(options['max-executions'] === null ? {} : { maxExecutions: options['max-executions'] }),
    };
    const bound = options['max-preemptions'];
    const exploration = await inWorker(
      {
        program,
        scheme,
        options: { ...limits, firstOnly: first, ...(bound === null ? {} : { preemptions: bound }) },
      },
      context,
    );
    if (!exploration)
      return { broken: false, document: { verdict: null, findings: [], audit: null, seed: null } };
    print(explorationText(exploration, style));
    const [found] = exploration.findings;
    const broken = found !== undefined && !mayBreak(choice);
    const failure = found && { ...found, program, scheme: choice.spec, slots: size.slots };
    const seconds = options.shrink ?? 10;
    const shrunk = failure && seconds > 0 ? await shrinkInWorker(failure, null, seconds, context) : null;
    if (shrunk) print(shrunkText(shrunk, style));
    const played = failure && (await playShrunk(shrunk ?? failure, null, context));
    if (played) print(`\n${playText(played, style)}`);
    print(broken ? style.damage(`\nBROKEN   ${choice.name} claims better.`) : style.ok('\nas claimed'));
    const document = {
      ...explorationJson(exploration, broken),
      shrunk: shrunk ? shrunkJson(shrunk, null) : null,
    };
    return { broken, document };
  },
});

/** Explores in a worker; null if the user interrupted it. */
async function inWorker(job: ExploreJob, { signal, progress }: Context): Promise<Exploration | null> {
  if (signal.aborted) return null;
  await using crew = await Crew.start('explore', [job]);
  const [worker] = crew.workers;
  progress.show(`exploring ${job.program} under ${job.scheme}`);
  const exploration = await new Promise<Exploration | null>((resolve, reject) => {
    worker.on('message', resolve).on('error', reject);
    signal.addEventListener('abort', () => resolve(null), { once: true });
    worker.postMessage('go');
  });
  progress.clear();
  return exploration;
}
