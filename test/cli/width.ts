import { widthOf } from '../../dist/src/report/columns.js';
import { deep } from '../effort.ts';

/** The widths of terminals at which every command is tried. Text uses up to 100 columns. */
export const WIDTHS: readonly number[] = deep ? [40, 60, 80, 100, 200] : [40, 80, 200];

/** A command line, alone or behind the label of its row: it is there to be copied, so it is not broken. */
const COMMAND = /^ *(?:\w+ +)?(?:npx |npm run )?(?:lockfree-lab|lab --) /;
/** A path, a URL or a part of a replay line, alone or behind a label: one word, which has no place to be broken at. */
const DATA = /^ *(?:[└!] )?(?:\S+ +)?"?\S*[/\\:=]\S*$/;

/** The lines of a text that are wider than `columns` and could be narrower. */
export function tooWide(text: string, columns: number): string[] {
  return text
    .split('\n')
    .filter((line) => widthOf(line) > columns && !COMMAND.test(line) && !DATA.test(line.trimEnd()));
}
