import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lanesPicture, spanAround } from '../../src/report/page/lanes-picture.ts';
import { viewOfRun } from '../../src/report/page/view-of-run.ts';
import { model } from '../../src/model/engine.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';

const STYLE = join(import.meta.dirname, '../../src/report/page/page.css');

/** What a page's style says of the picture: its colours, light and dark, and the rules about its shapes. */
function rulesOfPicture(css: string): string {
  const rules = [...css.matchAll(/^([^\s@}][^{}]*)\{([^}]*)\}/gm)].filter(([, selectors]) =>
    selectors!.split(',').every((selector) => /^(?:svg text|svg \.name|\.lanes)/.test(selector.trim())),
  );
  const [light, dark] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, variables]) => variables!);
  return [
    `:root {${light}}`,
    `@media (prefers-color-scheme: dark) { :root {${dark}} }`,
    ...rules.map(([rule]) => rule),
    '.paper { fill: var(--paper); }',
    'text { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }',
  ]
    .join('\n')
    .replaceAll(/\s+/g, ' ');
}

/** A length that an SVG element says of itself. */
function sizeOf(svg: string, name: string): number {
  return Number(new RegExp(`${name}="([\\d.]+)"`).exec(svg)?.[1]);
}

/** The smallest ABA as a picture that stands alone: the steps over time of a run that is made now. */
export async function abaPicture(): Promise<string> {
  const scenario = programScenario('[A] d | d e d', 6, '1x5,2x27,1x4');
  const run = await runScenario(model, scenario, await claimedCase('naive'), { trials: false });
  const view = viewOfRun(run);
  const { text } = lanesPicture(view, spanAround(view, 1));
  const [names, lanes] = text
    .split('<svg ')
    .slice(1)
    .map((part) => `<svg ${part.replace(/<\/div>$/, '')}`);
  const margin = sizeOf(names!, 'width');
  const [width, height] = [margin + sizeOf(lanes!, 'width') - 12, sizeOf(lanes!, 'height')];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>The smallest ABA: ${view.title}, schedule ${run.counted}. ${run.findings[0]?.note}</title>`,
    `<style>${rulesOfPicture(await readFile(STYLE, 'utf8'))}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    names,
    lanes!.replace('<svg ', `<svg x="${margin}" `).replaceAll('<g ', '\n<g '),
    '</svg>',
  ].join('\n');
}
