import { findScenario, scenarios } from '../../../scenarios/index.ts';
import { levelNamed, levels } from '../../../scenarios/levels.ts';
import { UsageError } from '../../errors.ts';
import { chooseScheme, usualScheme } from '../../laboratory/registry.ts';
import { sizesAsked } from '../../laboratory/batch.ts';
import { parseProgram } from '../../laboratory/program.ts';
import { enoughSlots, USUAL_SLOTS } from '../../laboratory/shared.ts';
import { type Game, goalOf, levelGame, type Position, programGame } from '../../play/game.ts';
import { commandLines } from '../../report/text/command-lines.ts';
import { runJson } from '../../report/run-documents.ts';
import { codePage } from '../../report/page/code-page.ts';
import type { Mutant } from '../../mutant/file.ts';
import { allMutants } from '../../mutant/mutant.ts';
import { mutantsPage } from '../../report/page/mutants-page.ts';
import { levelsPage } from '../../report/page/levels-page.ts';
import { runPage } from '../../report/page/run-page.ts';
import { taskText } from '../../report/text/play-text.ts';
import { isProgram } from '../../scenario/program-scenario.ts';
import { replayLine } from '../../scenario/replay-line.ts';
import { caseFor } from '../../scenario/scenario-run.ts';
import { teachingCase } from '../../scenario/scenario.ts';
import { command, type Command, type Context, type Result } from '../arguments/command.ts';
import { flag, integer, text } from '../arguments/option.ts';
import { PlaySession } from '../play-session.ts';
import { pageCommand } from '../page.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';
import { hasKeyboard, keysPressed } from '../terminal/keys.ts';

/** What is played with in a page alone, and what that page does. */
const IN_A_PAGE: Readonly<
  Record<
    string,
    { readonly what: string; readonly does: string; page(line: string): string | Promise<string> }
  >
> = {
  code: {
    what: 'Code of your own is run',
    does: 'it runs your code in every order that can make a difference',
    page: codePage,
  },
  mutants: {
    what: 'A mutant is chosen',
    does: 'it runs the program that kills the mutant which you choose',
    page: (line) => mutantsPage(mutantsHere(), line),
  },
};

export const play: Command = command({
  name: 'play',
  summary: 'Lets you be the scheduler: you move the threads step by step, towards a goal.',
  about:
    'Plays a level, a scenario or a program, on the model of the threads. Each key moves a thread: 1 is T1. u takes back, h asks the explorer for the next ' +
    'step of a shortest way to the goal, s shows what each thread takes for true, and q leaves with a line that replays what was done. ' +
    'Keys may come from a pipe, too. A level counts preemptions: switches from a thread that could have gone on.',
  positionals: [
    {
      name: 'game',
      help: `A level: ${levels.map(({ id }) => id).join(', ')}, or level-1 to level-${levels.length}; a scenario; or a program such as "[A] d | d e d"; or code, with --html: a page in which code of your own is run in every order; or mutants, with --html: a page of known bugs and how each is found. Default: the first level.`,
      optional: true,
    },
  ],
  options: {
    script: text('MOVES', 'Plays this schedule without a terminal, as in 1x5,2x36 or "T1@D13; T2@end".'),
    scheme: text('ID', 'Another scheme, with parameters as in epochs:grace=1. Default: that of the game.'),
    slots: integer('N', 'Another number of slots.', { least: 2, most: 4096 }),
    html: text(
      'FILE',
      'Writes the levels as a page, in which they are played in a browser; of a scenario or a program, the run that was played as a page.',
    ),
    ask: flag('Asks before each compare-and-swap whether it will succeed.'),
  },
  examples: [
    ['lockfree-lab play twice --script 1x5,2x27,1x4', 'A level, solved.'],
    ['lockfree-lab play --script 1x0 --html levels.html', 'The ten levels as a page.'],
    ['lockfree-lab play code --html code.html', 'A page for code of your own.'],
    ['lockfree-lab play mutants --html mutants.html', 'A page of bugs that other implementations had.'],
    ['lockfree-lab play aba-dequeue', 'A scenario, by hand.'],
    ['lockfree-lab play "[A] d | d e d"', 'A program, with nothing asked.'],
  ],
  run: async (context, { script, scheme, slots, ask, html }, [name = levels[0].id]) => {
    if (html !== null) checkWritable(html);
    if (Object.hasOwn(IN_A_PAGE, name)) return writePage(name, html, { script, scheme, slots, ask }, context);
    if (script === null && context.json) {
      throw new UsageError('--json prints one document at the end: give the moves with --script.');
    }
    const game = await gameOf(name, scheme, slots);
    const session = await PlaySession.begin(game, context, ask);
    if (script !== null) await session.play(script);
    else await byKeys(session, context);
    session.leave();
    if (html !== null) writeFile(html, await pageOf(game, session.position));
    return told(game, session.position, context);
  },
});

async function byKeys(session: PlaySession, { signal, print }: Context): Promise<void> {
  if (hasKeyboard()) print('');
  for await (const key of keysPressed(signal)) if (!(await session.press(key))) return;
}

/** A page in which something is played: nothing is played here. */
async function writePage(
  name: string,
  html: string | null,
  others: object,
  { print }: Context,
): Promise<Result> {
  const { what, does, page } = IN_A_PAGE[name];
  const given = Object.entries(others).find(([, value]) => value !== null && value !== false);
  if (given !== undefined || html === null) {
    const why = given === undefined ? 'needs --html FILE' : `takes --html FILE alone, and not --${given[0]}`;
    throw new UsageError(
      `${what} in a page, and so play ${name} ${why}: lockfree-lab play ${name} --html ${name}.html.`,
    );
  }
  writeFile(html, await page(pageCommand()));
  print(`Open ${html} in a browser: ${does}.`);
  return { broken: false, document: { page: html } };
}

/** The mutants, which an installed package does not come with. */
function mutantsHere(): readonly Mutant[] {
  const mutants = allMutants();
  if (mutants.length > 0) return mutants;
  throw new UsageError(
    'The mutants are part of the repository, and not of an installed package: write their page in a clone.',
  );
}

async function pageOf({ level }: Game, { run }: Position): Promise<string> {
  return level === null ? runPage([run], pageCommand()) : levelsPage(levels, level, pageCommand());
}

function told(game: Game, { run, reached, preemptions }: Position, { print, style }: Context): Result {
  for (const line of commandLines('replay   ', replayLine(run), style.columns)) print(line);
  return {
    broken: run.verdict === 'broken',
    document: {
      ...runJson(run),
      level: game.level?.id ?? null,
      goal: game.goal === null ? null : taskText(game),
      reached,
      preemptions,
      par: game.level?.par ?? null,
    },
  };
}

async function gameOf(name: string, scheme: string | null, slots: number | null): Promise<Game> {
  const level = levelNamed(name);
  if (level !== null) {
    const game = await levelGame(level);
    if (scheme === null && slots === null) return game;
    return ownGame(level.program, scheme ?? level.scheme, slots ?? level.slots, game.goal);
  }
  if (!scenarios.some(({ id }) => id === name) && isProgram(name))
    return ownGame(name, scheme ?? usualScheme(parseProgram(name).structure), slots, null);
  const scenario = findScenario(
    name,
    levels.map(({ id }) => id),
  );
  const each = scheme === null ? teachingCase(scenario) : await caseFor(scenario, scheme);
  return {
    scenario: slots === null ? scenario : { ...scenario, slots },
    case: each,
    goal: goalOf(teachingCase(scenario)),
    level: null,
  };
}

/** A program of the player's own, or a level under another scheme: its par is another one there, and nobody has looked for it. */
async function ownGame(
  program: string,
  scheme: string,
  slots: number | null,
  goal: Game['goal'],
): Promise<Game> {
  const choice = await chooseScheme(scheme);
  const size = { ...sizesAsked(parseProgram(program)), cache: 0 };
  const enough = enoughSlots(slots ?? undefined, USUAL_SLOTS, choice, size);
  return programGame({ program, slots: enough, scheme }, goal);
}
