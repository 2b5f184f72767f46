import { counted } from '../../counted.ts';
import { levelGame, positionAfter } from '../../play/game.ts';
import type { Level } from '../../play/level.ts';
import { type Html, markup } from '../../markup.ts';
import { pageDocument } from './document.ts';
import { runSection } from './run-section.ts';
import { viewOfRun } from './view-of-run.ts';

/**
 * The page of the levels: a tab plays them, and without its script it says what they are.
 *
 * @param levels all that there are, the first one to be played first
 */
export async function levelsPage(levels: readonly Level[], first: Level, command: string): Promise<string> {
  const { run } = await positionAfter(await levelGame(first), '');
  const view = viewOfRun(run, true);
  return pageDocument({
    title: 'You are the scheduler',
    command,
    sections: [
      markup`<section id="levels"><p>Ten tasks for somebody who decides which thread makes the next step. Par is the fewest <em>preemptions</em>: switches from a thread that could have gone on.</p>${levelList(levels)}</section>`,
      runSection(view, 0),
    ],
    runs: [view],
    level: first.id,
  });
}

function levelList(levels: readonly Level[]): Html {
  return markup`<ol class="levels">${levels.map(
    ({ title, task, par }) =>
      markup`<li><strong>${title}</strong> ${task} <span class="faint">Par: ${counted(par, 'preemption')}.</span></li>`,
  )}</ol>`;
}
