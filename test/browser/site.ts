// `npm run site`: the whole as a static site in out/site, for any host: every scenario under every scheme, and a playground.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarios } from '../../scenarios/index.ts';
import { levels } from '../../scenarios/levels.ts';
import { model } from '../../src/model/engine.ts';
import { pageDocument } from '../../src/report/page/document.ts';
import { markup } from '../../src/markup.ts';
import { codePage } from '../../src/report/page/code-page.ts';
import { levelsPage } from '../../src/report/page/levels-page.ts';
import { pageStyle } from '../../src/report/page/page-style.ts';
import { runPage } from '../../src/report/page/run-page.ts';
import { matrixText } from '../../src/report/text/matrix.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';

const out = join(import.meta.dirname, '../../out/site');
const PROGRAM = '[A] d | d e d';

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const entries: { readonly href: string; readonly name: string; readonly about: string }[] = [];
for (const scenario of scenarios) {
  const plays: ScenarioRun[] = [];
  for (const each of scenario.cases) plays.push(await runScenario(model, scenario, each));
  const href = `${scenario.id}.html`;
  const table = matrixText(plays, pageStyle(100));
  writeFileSync(join(out, href), runPage(plays, `npx lockfree-lab run ${scenario.id} --scheme all`, table));
  entries.push({ href, name: scenario.title, about: scenario.about });
}
const played = await runScenario(model, programScenario(PROGRAM, 6, '1x0'), await claimedCase('naive'));
writeFileSync(join(out, 'playground.html'), runPage([played], 'npx lockfree-lab explore'));
writeFileSync(
  join(out, 'levels.html'),
  await levelsPage(levels, levels[0], 'npx lockfree-lab play --html levels.html'),
);
writeFileSync(join(out, 'code.html'), codePage('npx lockfree-lab play code --html code.html'));

const index = pageDocument({
  title: 'lockfree-lab',
  command: 'npm run site',
  sections: [
    markup`<p>A laboratory for lock-free memory reclamation. It makes ABA happen, shows which schemes stop it, and proves both, here in this tab.</p><p><a href="playground.html">Playground</a>: move the threads yourself, and let the explorer try every interleaving.</p><p><a href="levels.html">Levels</a>: you are the scheduler, in ten tasks.</p><p><a href="code.html">Your own code</a>: a few threads over shared words, run in every order that can make a difference.</p><h2>Scenarios</h2><ul>${entries.map(
      ({ href, name, about }) => markup`<li><a href="${href}">${name}</a><br>${about}</li>`,
    )}</ul>`,
  ],
});
writeFileSync(join(out, 'index.html'), index);
process.stdout.write(`${entries.length + 4} pages in ${out}\n`);
