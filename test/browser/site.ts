// `npm run site`: the whole as a static site in out/site, for any host: every scenario under every scheme, the levels, and playgrounds.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Chapter, chapterHeading, chapters, scenarios } from '../../scenarios/index.ts';
import { exercises } from '../../scenarios/exercises.ts';
import { levels } from '../../scenarios/levels.ts';
import { schemes } from '../../src/laboratory/registry.ts';
import { model } from '../../src/model/engine.ts';
import { pageDocument } from '../../src/report/page/document.ts';
import { type Html, markup } from '../../src/markup.ts';
import { allMutants } from '../../src/mutant/mutant.ts';
import { readMatrix, scenarioOf } from '../../scenarios/matrix.ts';
import type { MatrixCell } from '../../src/explore/matrix-cell.ts';
import { type CellScenario, matrixPage } from '../../src/report/page/matrix-page.ts';
import { mutantsPage } from '../../src/report/page/mutants-page.ts';
import { codePage } from '../../src/report/page/code-page.ts';
import { levelsPage } from '../../src/report/page/levels-page.ts';
import { pageStyle, TABLE_COLUMNS } from '../../src/report/page/page-style.ts';
import { lanesPicture } from '../../src/report/page/lanes-picture.ts';
import { runPage } from '../../src/report/page/run-page.ts';
import { legendMarkup } from '../../src/report/page/run-section.ts';
import { hashOfPlace } from '../../src/report/page/tab/hash.ts';
import { viewOfRun } from '../../src/report/page/view-of-run.ts';
import { answerLine } from '../../src/report/text/exercise-text.ts';
import { matrixText } from '../../src/report/text/matrix.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import { lecturePage, siteStyle } from './lecture.ts';
import type { Case, Scenario } from '../../src/scenario/scenario.ts';

const PROGRAM = '[A] d | d e d';

/** What came of a run: as a cell has room for it, and in a few words. */
function outcomeOf({ findings, audit, claims }: ScenarioRun): {
  readonly short: string;
  readonly long: string;
} {
  const [first] = findings;
  if (first !== undefined) return { short: first.kind, long: first.kind };
  if (audit.leaked === 0) return { short: '✓', long: 'no damage' };
  const short = `${audit.leaked} leaked`;
  return { short, long: claims.reclaims ? short : `${short} by design` };
}

function cell({ id }: Scenario, plays: readonly ScenarioRun[], scheme: string): Html {
  const own = plays.flatMap((run, i) => (run.choice.scheme.ID === scheme ? [{ run, i }] : []));
  return markup`<td>${own.map(({ run, i }) => {
    const { short, long } = outcomeOf(run);
    const says = `${id} under ${run.case.key}: ${long}`;
    const kind = run.findings.length > 0 ? 'damage' : 'fine';
    return markup`<a href="${id}.html#run-${i}" title="${says}" aria-label="${says}" class="${kind}">${short}</a><br>`;
  })}</td>`;
}

/** A chapter of the curriculum with those of its scenarios that are shown. */
function chapterOf(chapter: Chapter, index: number, shown: readonly Scenario[]): Html {
  const within = chapter.scenarios.filter((scenario) => shown.includes(scenario));
  if (within.length === 0) return markup``;
  return markup`<h3>${chapterHeading(chapter, index)}</h3><p class="text">${chapter.about}</p><ol class="scenarios" start="${within[0].number}">${within.map(
    ({ id, title, about }) => markup`<li><a href="${id}.html">${title}</a><br>${about}</li>`,
  )}</ol>`;
}

/** All scenarios by all schemes, each run a link. */
function matrixOf(all: readonly (readonly [Scenario, readonly ScenarioRun[]])[]): Html {
  const ids = schemes.map(({ ID }) => ID);
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Every scenario under every scheme"><table class="site-matrix"><caption>The first damage of each run, or ✓ where there was none; where a scenario has several cases of a scheme, all of them. no-reclaim leaks by design.</caption><thead><tr><th scope="col">scenario</th>${ids.map((id) => markup`<th scope="col"><span>${id}</span></th>`)}</tr></thead><tbody>${all.map(
    ([scenario, plays]) =>
      markup`<tr><th scope="row"><a href="${scenario.id}.html">${scenario.id}</a></th>${ids.map((id) => cell(scenario, plays, id))}</tr>`,
  )}</tbody></table></div>`;
}

/** The first picture: the run of the program that goes wrong, with a link to step through it. */
async function smallestAba(naive: Case): Promise<Html> {
  const view = viewOfRun(await runScenario(model, programScenario(PROGRAM, 6, '1x5,2x27,1x4'), naive));
  const { id, scheme, slots, cache, schedule, mutant } = view.subject;
  const request = { id, scheme, slots, cache, schedule, mutant };
  const link = hashOfPlace({ run: null, request, level: null, step: view.damage?.step ?? null });
  const notes = view.rows.filter((row) => row.at === view.damage?.step).flatMap((row) => row.notes);
  return markup`<section><h2>The smallest ABA</h2><p>${notes.join(' ')} <a href="playground.html${link}">Step through it.</a></p><div class="scroll" tabindex="0" role="region" aria-label="Steps over time">${lanesPicture(view, { from: 1, to: view.changes.length })}</div>${legendMarkup()}</section>`;
}

/** A page with a way back to the first one. */
function withHome(page: string): string {
  return page.replace('<h1>', '<p class="home"><a href="index.html">lockfree-lab</a></p><h1>');
}

/** A page of a scenario with its exercise below the runs, the answer folded. */
function withExercise(page: string, { number }: Scenario): string {
  const exercise = exercises.find((each) => each.number === number);
  if (exercise === undefined) return page;
  const { task, answer, because } = exercise;
  const { text } =
    markup`<section id="exercise" class="box"><h2>Exercise</h2><p class="text">${task}</p><p><code>${answerLine(exercise)}</code></p><details><summary>Answer</summary><p class="text"><strong>${answer}</strong>. ${because}</p></details></section>`;
  return page.replace('</main>', () => `${text}\n</main>`);
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
    const page = runPage(plays, `npx lockfree-lab run ${scenario.id} --scheme all`, table);
    write(`${scenario.id}.html`, withExercise(page, scenario));
    all.push([scenario, plays]);
  }
  const naive = await claimedCase('naive');
  const played = await runScenario(model, programScenario(PROGRAM, 6, '1x0'), naive);
  write('playground.html', runPage([played], `npx lockfree-lab play "${PROGRAM}" --html playground.html`));
  write('levels.html', await levelsPage(levels, levels[0], 'npx lockfree-lab play --html levels.html'));
  write('mutants.html', await mutantsPage(allMutants(), 'npx lockfree-lab play mutants --html mutants.html'));
  const told = (of: MatrixCell): CellScenario | null => {
    const found = scenarioOf(of);
    const isShown = found !== null && shown.some(({ id }) => id === found.scenario);
    return isShown ? { ...found, href: `${found.scenario}.html#run-${found.index}` } : found;
  };
  write('matrix.html', await matrixPage(readMatrix(), 'npx lockfree-lab list --html matrix.html', told));
  write('lecture.html', lecturePage());
  write('code.html', codePage('npx lockfree-lab play code --html code.html'));
  write(
    'index.html',
    pageDocument({
      title: 'lockfree-lab',
      command: 'npm run site',
      style: siteStyle(),
      sections: [
        markup`<p>A laboratory for lock-free memory reclamation. It makes ABA happen, shows which schemes stop it, and proves both, here in this tab.</p>
<ul class="doors"><li><a href="levels.html">Levels</a><br>You are the scheduler, in ten tasks.</li><li><a href="playground.html">Playground</a><br>Move the threads of a program yourself, and let the explorer try every interleaving.</li><li><a href="mutants.html">Mutants</a><br>Bugs that other implementations had, each run until it shows.</li><li><a href="matrix.html">Structures and schemes</a><br>Which structure holds under which scheme, and the shortest story of why not.</li><li><a href="code.html">Your own code</a><br>A few threads over shared words, run in every order that can make a difference.</li><li><a href="lecture.html">For a class</a><br>The plan of two lectures; each scenario has an exercise that checks itself.</li></ul>
${await smallestAba(naive)}
<h2>Every scenario under every scheme</h2>${matrixOf(all)}
<h2>The scenarios</h2>${chapters.map((chapter, i) => chapterOf(chapter, i, shown))}`,
      ],
    }),
  );
  return pages;
}

if (process.argv[1] === import.meta.filename) {
  const out = join(import.meta.dirname, '../../out/site');
  process.stdout.write(`${await writeSite(out)} pages in ${out}\n`);
}
