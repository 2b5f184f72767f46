import { counted } from '../../counted.ts';
import { type Html, markup } from '../../markup.ts';
import type { Mutant } from '../../mutant/file.ts';
import { model } from '../../model/engine.ts';
import { claimedCase, programScenario } from '../../scenario/program-scenario.ts';
import { runScenario } from '../../scenario/scenario-run.ts';
import { pageDocument } from './document.ts';
import { runSection } from './run-section.ts';
import { viewOfRun } from './view-of-run.ts';

/**
 * The page of the mutants: a tab runs the program that kills the one that is chosen, and without its script it says what they are.
 *
 * @param mutants all that there are
 */
export async function mutantsPage(mutants: readonly Mutant[], command: string): Promise<string> {
  const shown = mutants.filter(({ witness }) => witness.program !== undefined);
  const run = await runScenario(
    model,
    programScenario('[A] d | d e d', 6, '1x0'),
    await claimedCase('tagged'),
  );
  const view = viewOfRun(run);
  return pageDocument({
    title: 'Bugs that real implementations had',
    command,
    sections: [
      markup`<p>Each mutant is a small change of the text of the lab: a bug that another implementation had. Choose one below: the explorer runs its program on the mutated kernel in every order, and a failure opens as a story. What changes more than the methods of a class is not among them: <code>lockfree-lab explore --mutant NAME</code> runs that, too.</p>`,
      runSection(view, 0),
      markup`<section><h2>${counted(shown.length, 'mutant')} and their programs</h2>${mutantTable(shown)}</section>`,
    ],
    runs: [view],
  });
}

function mutantTable(mutants: readonly Mutant[]): Html {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="All of them"><table><thead><tr><th scope="col">mutant</th><th scope="col">the bug</th><th scope="col">known from</th><th scope="col">its program</th></tr></thead><tbody>${mutants.map(
    ({ id, row, title, origin, equivalent, witness }) =>
      markup`<tr><td>${row} ${id}</td><td class="prose">${title}${equivalent !== undefined && markup` (equivalent: ${equivalent})`}</td><td class="prose">${origin}</td><td><code>${witness.program ?? ''} under ${witness.scheme}</code></td></tr>`,
  )}</tbody></table></div>`;
}
