import { type Html, markup } from '../../markup.ts';
import type { RowView, RunView } from './run-view.ts';
import { takesSlots } from './structure-picture.ts';

/**
 * The story as a table: events left, how things stand right, the reason below.
 *
 * @param rows those to show, of the view's
 */
export function storyTable(
  { kind, roots, damage, start }: Pick<RunView, 'kind' | 'roots' | 'damage' | 'start'>,
  rows: readonly RowView[],
  caption: string,
): Html {
  // The picture has the buckets by their numbers.
  const ends = start.buckets === undefined ? roots.join('/') : '';
  const heads = ['step', 'thread', 'what it does', ends, kind, takesSlots({ roots }, start) ? 'free' : ''];
  const body = rows.map((row) => rowMarkup(row, damage, heads));
  return markup`<table class="story"><caption>${caption}</caption><thead><tr>${heads.map((head) => head !== '' && markup`<th scope="col">${head}</th>`)}</tr></thead><tbody>${body}</tbody></table>`;
}

function rowMarkup(row: RowView, damage: RunView['damage'], heads: readonly string[]): Html {
  const { at, step, thread, text, gutter, switched, notes, ends, queue, free } = row;
  const tone = { '!': 'harm', '*': 'cause', ' ': '' }[gutter];
  const marks = [tone, switched ? 'switched' : ''].filter((each) => each !== '').join(' ');
  const isFirst = step !== null && step === damage?.step;
  const sign = gutter === ' ' ? '' : `${gutter} `;
  // A cell and a row end where the next one begins.
  return markup`<tr data-at="${at}"${marks !== '' && markup` class="${marks}"`}${isFirst && markup` id="damage"`}><td>${sign}${step ?? ''}<td class="t${thread % 6}">T${thread}<td>${text}${notes.map((note) => markup`<p class="note">${note}</p>`)}${[ends, queue, free].map((now, i) => heads[i + 3] !== '' && markup`<td>${now}`)}\n`;
}
