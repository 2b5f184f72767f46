// `npm run site`: the whole as a static site in out/site, for any host: every scenario under every scheme, the levels, and playgrounds.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarios } from '../../scenarios/index.ts';
import { levels } from '../../scenarios/levels.ts';
import { schemes } from '../../src/laboratory/registry.ts';
import { model } from '../../src/model/engine.ts';
import { pageDocument } from '../../src/report/page/document.ts';
import { type Html, markup } from '../../src/markup.ts';
import { allMutants } from '../../src/mutant/mutant.ts';
import { mutantsPage } from '../../src/report/page/mutants-page.ts';
import { codePage } from '../../src/report/page/code-page.ts';
import { levelsPage } from '../../src/report/page/levels-page.ts';
import { pageStyle, TABLE_COLUMNS } from '../../src/report/page/page-style.ts';
import { runPage } from '../../src/report/page/run-page.ts';
import { matrixText } from '../../src/report/text/matrix.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

const PROGRAM = '[A] d | d e d';

/** What came of a run, in a few words. */
function outcomeOf({ findings, audit, claims }: ScenarioRun): string {
  const [first] = findings;
  if (first !== undefined) return first.kind;
  if (audit.leaked === 0) return 'no damage';
  return `${audit.leaked} leaked${claims.reclaims ? '' : ' by design'}`;
}

function cell({ id }: Scenario, plays: readonly ScenarioRun[], scheme: string): Html {
  const own = plays.flatMap((run, i) => (run.choice.scheme.ID === scheme ? [{ run, i }] : []));
  return markup`<td>${own.map(
    ({ run, i }) =>
      markup`<a href="${id}.html#run-${i}" title="${run.case.key}"${run.findings.length > 0 && markup` class="damage"`}>${outcomeOf(run)}</a><br>`,
  )}</td>`;
}

/** All scenarios by all schemes, each run a link. */
function matrixOf(all: readonly (readonly [Scenario, readonly ScenarioRun[]])[]): Html {
  const ids = schemes.map(({ ID }) => ID);
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Every scenario under every scheme"><table class="site-matrix"><caption>The first damage of each run; where a scenario has several cases of a scheme, all of them.</caption><thead><tr><th scope="col">scenario</th>${ids.map((id) => markup`<th scope="col">${id}</th>`)}</tr></thead><tbody>${all.map(
    ([scenario, plays]) =>
      markup`<tr><th scope="row"><a href="${scenario.id}.html">${scenario.id}</a></th>${ids.map((id) => cell(scenario, plays, id))}</tr>`,
  )}</tbody></table></div>`;
}

/** A page with a way back to the first one. */
function withHome(page: string): string {
  return page.replace('<h1>', '<p class="home"><a href="index.html">lockfree-lab</a></p><h1>');
}

/** Writes the site into a folder, which is made anew. Returns how many pages it has. */
export async function writeSite(out: string, shown: readonly Scenario[] = scenarios): Promise<number> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  let pages = 0;
  const write = (name: string, page: string): void => {
    pages++;
    writeFileSync(join(out, name), name === 'index.html' ? page : withHome(page));
  };
  const all: [Scenario, ScenarioRun[]][] = [];
  for (const scenario of shown) {
    const plays: ScenarioRun[] = [];
    for (const each of scenario.cases) plays.push(await runScenario(model, scenario, each));
    const table = matrixText(plays, pageStyle(TABLE_COLUMNS));
    write(`${scenario.id}.html`, runPage(plays, `npx lockfree-lab run ${scenario.id} --scheme all`, table));
    all.push([scenario, plays]);
  }
  const played = await runScenario(model, programScenario(PROGRAM, 6, '1x0'), await claimedCase('naive'));
  write('playground.html', runPage([played], `npx lockfree-lab play "${PROGRAM}" --html playground.html`));
  write('levels.html', await levelsPage(levels, levels[0], 'npx lockfree-lab play --html levels.html'));
  write('mutants.html', await mutantsPage(allMutants(), 'npx lockfree-lab play mutants --html mutants.html'));
  write('code.html', codePage('npx lockfree-lab play code --html code.html'));
  write(
    'index.html',
    pageDocument({
      title: 'lockfree-lab',
      command: 'npm run site',
      sections: [
        markup`<p>A laboratory for lock-free memory reclamation. It makes ABA happen, shows which schemes stop it, and proves both, here in this tab.</p>
<ul class="doors"><li><a href="levels.html">Levels</a><br>You are the scheduler, in ten tasks.</li><li><a href="playground.html">Playground</a><br>Move the threads of a program yourself, and let the explorer try every interleaving.</li><li><a href="mutants.html">Mutants</a><br>Bugs that other implementations had, each run until it shows.</li><li><a href="code.html">Your own code</a><br>A few threads over shared words, run in every order that can make a difference.</li></ul>
<h2>Scenarios</h2><ol class="scenarios">${all.map(
          ([{ id, title, about }]) => markup`<li><a href="${id}.html">${title}</a><br>${about}</li>`,
        )}</ol><h2>The matrix</h2>${matrixOf(all)}`,
      ],
    }),
  );
  return pages;
}

if (process.argv[1] === import.meta.filename) {
  const out = join(import.meta.dirname, '../../out/site');
  process.stdout.write(`${await writeSite(out)} pages in ${out}\n`);
}
