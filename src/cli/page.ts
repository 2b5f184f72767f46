import { text, type Option } from './arguments/option.ts';
import { self } from '../mutant/self.ts';
import { shellWord } from '../visible.ts';

/** Where a page is written. */
export const htmlOption: Option<string | null> = text(
  'FILE',
  'Writes the same as a page for a browser, in one file that loads nothing: with pictures, and to be stepped through.',
);

/** The command line that makes a page again, but for the name of the page. */
export function pageCommand(): string {
  const args = process.argv.slice(2);
  const at = args.findIndex((arg) => arg === '--html' || arg.startsWith('--html='));
  const rest = at === -1 ? args : args.toSpliced(at, args[at] === '--html' ? 2 : 1);
  // A mutated copy of the lab is not told that it is one.
  const mutant = self === null ? [] : ['--mutant', self.id];
  return ['npx lockfree-lab', ...[...rest.slice(0, 1), ...mutant, ...rest.slice(1)].map(shellWord)].join(' ');
}
