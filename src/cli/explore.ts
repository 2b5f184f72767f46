import type { ExploreJob } from '../../workers/explore.ts';
import { Crew } from '../engines/crew.ts';
import { parseProgram } from '../engines/program.ts';
import { chooseScheme } from '../engines/registry.ts';
import { checkGeometry } from '../engines/shared.ts';
import { UsageError } from '../errors.ts';
import type { Exploration, ExploreOptions } from '../explore/explore.ts';
import { strategies, strategyOf } from '../explore/strategies/all.ts';
import { ENDLESS, explorationJson, explorationText } from '../report/exploration-text.ts';
import { playText } from '../report/play-text.ts';
import { shrunkJson, shrunkText } from '../report/shrunk-text.ts';
import { mayBreak } from '../scenario/play.ts';
import { command, type Command, type Context } from './command.ts';
import { mutantOption } from './mutant.ts';
import { flag, integer, integerOr, number, text, textOr } from './option.ts';
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
    strategy: text(
      'ID',
      `Which executions are made: ${strategies.map(({ id }) => id).join(', ')}. Default exhaustive.`,
    ),
    seed: integerOr(1, 'N', 'The seed of chance.', { least: 0, most: 2 ** 32 - 1 }),
    depth: integerOr(2, 'N', 'Of pct: how many orders of two steps the damage takes.', {
      least: 1,
      most: 99,
    }),
    runs: integerOr(10_000, 'N', 'How many executions pct, pos and random-walk make.', {
      least: 1,
      most: 2 ** 31,
    }),
    schedule: textOr('', 'SCHEDULE', 'Of replay: who moves, as in 1x5,2x19,1.'),
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
    const how = { ...strategyAsked(options), firstOnly: first, facts: !first };
    const exploration = await inWorker({ program, scheme, options: { ...limits, ...how } }, context);
    if (!exploration)
      return { broken: false, document: { verdict: null, findings: [], audit: null, seed: null } };
    print(explorationText(exploration, style));
    const [found] = exploration.findings;
    const broken = found !== undefined && !mayBreak(choice);
    const told = exploration.findings.find(({ kind }) => !ENDLESS.has(kind));
    const failure = told && { ...told, program, scheme: choice.spec, slots: size.slots };
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

interface Asked {
  readonly strategy: string | null;
  readonly 'max-preemptions': number | null;
  readonly seed: number;
  readonly depth: number;
  readonly runs: number;
  readonly schedule: string;
}

/** The strategy and what it needs. */
function strategyAsked({ strategy, 'max-preemptions': bound, ...rest }: Asked): Partial<ExploreOptions> {
  const { id } = strategyOf(strategy ?? (bound === null ? 'exhaustive' : 'bounded'));
  if (bound !== null && id !== 'bounded') {
    throw new UsageError(
      `--max-preemptions is for --strategy bounded, and not for ${id}: leave one of them out.`,
    );
  }
  if (id === 'replay' && rest.schedule === '') {
    throw new UsageError('--strategy replay lacks its schedule: give one, as in --schedule 1x5,2x19,1.');
  }
  const { seed, depth, runs, schedule } = rest;
  return { strategy: id, seed, depth, runs, schedule, ...(bound !== null && { preemptions: bound }) };
}

/** Explores in a worker; null if the user interrupted it. */
async function inWorker(job: ExploreJob, { signal, progress }: Context): Promise<Exploration | null> {
  if (signal.aborted) return null;
  await using crew = await Crew.start('explore', [job]);
  const [worker] = crew.workers;
  progress.show(`exploring ${job.program} under ${job.scheme}`);
  const exploration = await new Promise<Exploration | null>((resolve, reject) => {
    worker.on('message', resolve).on('error', (error) => reject(asThrown(error)));
    signal.addEventListener('abort', () => resolve(null), { once: true });
    worker.postMessage('go');
  });
  progress.clear();
  return exploration;
}

/** A worker's error is of no class any more. */
function asThrown(error: Error): Error {
  return error.name === 'UsageError' ? new UsageError(error.message) : error;
}
