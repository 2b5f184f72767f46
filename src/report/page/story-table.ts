import { type Html, markup } from '../../markup.ts';
import type { RowView, RunView } from './run-view.ts';

/**
 * The story as a table: events left, how things stand right, the reason below.
 *
 * @param rows those to show, of the view's
 */
export function storyTable(
  { kind, roots, damage }: Pick<RunView, 'kind' | 'roots' | 'damage'>,
  rows: readonly RowView[],
  caption: string,
): Html {
  const ends = roots.length === 1 ? roots[0] : roots.join('/');
  return markup`<table class="story"><caption>${caption}</caption><thead><tr><th scope="col">step</th><th scope="col">thread</th><th scope="col">what it does</th><th scope="col">${ends}</th><th scope="col">${kind}</th><th scope="col">free</th></tr></thead><tbody>${rows.map((row) => rowMarkup(row, damage))}</tbody></table>`;
}

function rowMarkup(row: RowView, damage: RunView['damage']): Html {
  const { at, step, thread, text, gutter, switched, notes, ends, queue, free } = row;
  const tone = { '!': 'harm', '*': 'cause', ' ': '' }[gutter];
  const marks = [tone, switched ? 'switched' : ''].filter((each) => each !== '').join(' ');
  const isFirst = step !== null && step === damage?.step;
  const sign = gutter === ' ' ? '' : `${gutter} `;
  return markup`<tr data-at="${at}"${marks !== '' && markup` class="${marks}"`}${isFirst && markup` id="damage"`}><td>${sign}${step ?? ''}</td><td class="t${thread % 6}">T${thread}</td><td>${text}${notes.map((note) => markup`<p class="note">${note}</p>`)}</td><td>${ends}</td><td>${queue}</td><td>${free}</td></tr>\n`;
}
