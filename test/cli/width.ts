import { widthOf } from '../../dist/src/report/text/columns.js';
import { deep } from '../effort.ts';

/** The widths of terminals at which every command is tried. Text uses up to 100 columns. */
export const WIDTHS: readonly number[] = deep ? [40, 60, 80, 100, 200] : [40, 80, 200];

/**
 * A path, a URL or a name with parameters: one word, which has no place to be broken at. It has a line of its own, and an indent at most.
 */
const DATA = /^ {0,4}\S*[/\\:=]\S*$/;

/** The lines of a text that are wider than `columns` and could be narrower. */
export function tooWide(text: string, columns: number): string[] {
  return text
    .split('\n')
    .filter((line) => widthOf(line) > columns && !(DATA.test(line) && widthOf(line.trim()) > columns - 4));
}
