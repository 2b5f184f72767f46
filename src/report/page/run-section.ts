import { equationPicture } from './equation-picture.ts';
import { type Html, markup } from '../../markup.ts';
import { lanesPicture, spanAround } from './lanes-picture.ts';
import { lineMarkup, linesMarkup } from './page-style.ts';
import { Moments, type RunView } from './run-view.ts';
import { slabPicture } from './slab-picture.ts';
import { storyTable } from './story-table.ts';
import { structurePicture } from './structure-picture.ts';

/** As many steps have a table of all of them in the page; of a longer run a tab makes the part that is looked at. */
const MOST_ROWS = 150;

/** As many steps are drawn over time in the page; a tab draws those around the step that is looked at. */
const MOST_DRAWN = 60;

/** A run as it reads without a script: story, key moments, diagram, all steps, and the audit. A tab puts its panes in front. */
export function runSection(view: RunView, place: number): Html {
  const { rows, damage, steps } = view;
  const chosen = rows.filter((row) => row.chosen);
  const left = rows.length - chosen.length;
  const caption =
    left === 0 ? 'The story, every step.' : `The story; ${left} steps that matter less are left out.`;
  return markup`<article class="run" id="run-${place}" data-run="${place}">
<header>${headMarkup(view)}</header>
<div data-part="studio"></div><div class="live" data-part="live"></div>
<section class="moments"><h3>Key moments</h3>${keyMoments(view)}</section>
<section class="over-time" data-part="lanes"><h3>Steps over time</h3><div class="scroll" tabindex="0" role="region" aria-label="Steps over time">${lanesPicture(view, spanAround(view, damage?.step ?? 1, MOST_DRAWN))}</div>${legendMarkup()}</section>
<section data-part="story"><h3>Story</h3><div class="scroll" tabindex="0" role="region" aria-label="Story">${storyTable(view, chosen, caption)}</div>${
    left > 0 &&
    rows.length <= MOST_ROWS &&
    markup`<details class="every-step"><summary>All ${steps.length} steps</summary><div class="scroll" tabindex="0" role="region" aria-label="All steps">${storyTable({ ...view, damage: null }, rows, 'Every step.')}</div></details>`
  }</section>
<section class="came"><h3>What came of it</h3>${linesMarkup(view.foot)}</section>
</article>`;
}

/** What was run and what came of it, in a few lines: made anew where a tab makes another run. */
export function headMarkup(view: RunView): Html {
  const { title, subject, threads, about, size, verdict, isBroken } = view;
  return markup`<h2>${title}</h2>${verdictMarkup(verdict, isBroken)}
<dl class="facts"><dt>scheme</dt><dd><code>${subject.schemeName}</code></dd><dt>size</dt><dd>${size}</dd><dt>schedule</dt><dd class="long"><code>${subject.schedule}</code></dd>${threads.map(
    (line) => markup`<dt>${line.slice(0, 2)}</dt><dd><code>${line.replace(/^T\d+ +/, '')}</code></dd>`,
  )}</dl>${linesMarkup(about)}`;
}

/** A verdict, its first words apart from what is said of it. */
export function verdictMarkup(text: string, isBroken: boolean): Html {
  const [, word = text, rest = ''] =
    /^(as claimed|told|BROKEN|As claimed|Broken)[ :.]*(.*)$/s.exec(text) ?? [];
  const said = word.replace('As', 'as').replace('Broken', 'BROKEN');
  return markup`<p class="verdict"><span class="badge ${isBroken ? 'bad' : 'good'}">${said}</span> ${lineMarkup(rest)}</p>`;
}

/** The start, the read that goes stale, the damage, and the end. */
function keyMoments(view: RunView): Html {
  const moments = new Moments(view);
  const { damage } = view;
  const named: [step: number, name: string][] = [[0, 'At the start']];
  if (damage !== null) {
    if (damage.since !== null) named.push([damage.since, 'After the read that goes stale']);
    named.push([damage.step, 'After the first damage']);
  }
  named.push([moments.last, 'At the end']);
  return markup`${named.map(([step, name]) => {
    const moment = moments.at(step);
    return markup`<figure class="moment"><figcaption>${name}${step > 0 && `, step ${step}`}</figcaption>${slabPicture(moment)}${equationPicture(moment)}<div class="scroll">${structurePicture(view, moment)}</div></figure>`;
  })}`;
}

/** What the signs of a picture over time mean. */
export function legendMarkup(): Html {
  return markup`<ul class="legend">${legendItem(markup`<circle class="read" r="3.5"/>`, 'read')}${legendItem(markup`<rect class="write" x="-4" y="-4" width="8" height="8"/>`, 'write')}${legendItem(markup`<rect class="cas" x="-5" y="-5" width="10" height="10"/>`, 'compare-and-swap')}${legendItem(markup`<path class="no" d="M-5 -5l10 10m0 -10l-10 10"/>`, 'it fails')}${legendItem(markup`<circle class="effect" r="8"/>`, 'the operation takes effect')}${legendItem(markup`<path class="bracket" d="M-8 8V-4H8V8"/>`, 'from the read to the compare-and-swap that it feeds')}</ul>`;
}

function legendItem(shape: Html, text: string): Html {
  return markup`<li><svg class="lanes key-mark" width="22" height="20" viewBox="-11 -10 22 20" aria-hidden="true">${shape}</svg>${text}</li>`;
}
