import { stripVTControlCharacters } from 'node:util';
import { wrap } from './columns.ts';
import { rootsHead, type RunStory } from './story.ts';
import type { Style } from './style.ts';

/** What the marks of a story mean: those that stand in it. */
export function legendLines({ lines, shown, roots, mark }: RunStory, style: Style): string[] {
  const plain = lines.map((line) => stripVTControlCharacters(line));
  const text = plain.slice(1).join('\n');
  const { glyph } = style;
  const pictures = shown.map(({ picture }) => picture.queue);
  const hasCells = pictures.some((picture) => CELLS.test(picture));
  const isKeyed = pictures.some((picture) => /\d:-?\d/.test(picture));
  const marks: [sign: string, means: string, stands: boolean][] = [
    ['*', 'goes stale', shown.some(({ gutter }) => gutter === '*')],
    ['!', 'damage', shown.some(({ gutter }) => gutter === '!')],
    [glyph.switch, 'switch', shown.some(({ switched }) => switched)],
    [
      `${glyph.yes} ${glyph.no}`,
      'succeeds, fails',
      text.includes(` ${glyph.yes}`) || text.includes(` ${glyph.no}`),
    ],
    [glyph.stop, 'stops here', shown.some(({ text: row }) => row.startsWith(`${glyph.stop} `))],
    [glyph.gives, 'answer', text.includes(` ${glyph.gives} `)],
    [`1${glyph.dot}`, 'dummy node', shown.some(({ picture }) => picture.queue.includes(glyph.dot))],
    ...(hasCells ? ofCells(pictures) : []),
    isKeyed
      ? ['2:7', 'slot 2 with the key 7', !hasCells]
      : ['2A', 'slot 2 with A', roots.length > 0 && !hasCells],
    [`:7${glyph.no}`, 'deleted', pictures.some((picture) => /:-?\d+[✗x]/.test(picture))],
    [`1${glyph.arrow}`, 'bucket 1', pictures.some((picture) => /(?:^| )\d+(?:→|->)/.test(picture))],
    ['4-', 'free', shown.some(({ picture }) => /\d-(?:$| )/.test(picture.queue))],
    ['1#3', `${mark} 3`, /\d#\d/.test(text)],
    [
      style.ascii ? '1a 1b' : '1ᵃ 1ᵇ',
      'first, second life',
      /\d(?:[ᵃ-ᶻᵗʰⁱʲˡʳˢ]|[a-z]\b)/u.test(text.replaceAll(/\d+x\d+/g, '')),
    ],
    [rootsHead(roots), roots.join(', '), roots.length > 1],
    [glyph.ellipsis, 'more (--all)', plain.some((line) => line.trim() === glyph.ellipsis)],
  ];
  const items = marks.filter(([, , stands]) => stands).map(([sign, means]) => `${sign} ${means}`);
  return wrapItems(items, style.columns).map(style.faint);
}

/** A slot with what is in its cells, as a picture has it. */
const CELLS = /\d:(?:[A-Z_?x]|\S*,)/;

function ofCells(pictures: readonly string[]): [sign: string, means: string, stands: boolean][] {
  const has = (sign: string): boolean =>
    pictures.some((picture) =>
      picture.split(' ').some((each) => each.replace(/^\d+:/, '').split(',').includes(sign)),
    );
  return [
    ['2:A,B', 'slot 2 with A and B in its cells', true],
    ['_', 'a cell that nobody was at', has('_')],
    ['?', 'a thread has its place', has('?')],
    ['x', 'used up', has('x')],
  ];
}

/** Items that are not broken within, three blanks apart. */
function wrapItems(items: readonly string[], width: number): string[] {
  const joined = items.map((item) => item.replaceAll(' ', '\u00a0')).join('   ');
  return wrap(joined, width).map((line) => line.replaceAll('\u00a0', ' '));
}
