import { readMatrix } from '../../scenarios/matrix.ts';
import { counted, withCommas } from '../../src/counted.ts';
import { axesOf, type MatrixCell, cellsByScheme, shortCellText } from '../../src/explore/matrix-cell.ts';
import { markdownTable } from './table.ts';

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** Structures beside each other, a row for each scheme: what goes wrong there, or that nothing was found. */
export function matrixTable(cells: readonly MatrixCell[] = readMatrix()): string {
  const { structures } = axesOf(cells);
  const rows = cellsByScheme(cells).map(({ scheme, cells: within }) => [
    code(scheme),
    ...within.map((cell) => {
      const text = shortCellText(cell);
      return cell.verdict === 'unsound' ? `**${text}**` : text;
    }),
  ]);
  return markdownTable(['scheme', ...structures.map(code)], rows);
}

/** What was explored of each structure, and the shortest story of each cell that is not sound. */
export function matrixStories(cells: readonly MatrixCell[] = readMatrix()): string {
  const { structures } = axesOf(cells);
  return structures.map((structure) => storiesOf(structure, cells)).join('\n\n');
}

function storiesOf(structure: string, cells: readonly MatrixCell[]): string {
  const own = cells.filter((cell) => cell.structure === structure);
  const sound = own.filter((cell) => cell.verdict === 'sound');
  const explored = sound.flatMap(({ programs }) => programs);
  const programs = [...new Set(explored.map(({ program }) => program))];
  const bounded = explored.filter(({ preemptions }) => preemptions !== null);
  const least = Math.min(...bounded.map(({ preemptions }) => preemptions!));
  const all = explored.reduce((sum, { executions }) => sum + executions, 0);
  const share =
    bounded.length === 0
      ? 'all of them in every order'
      : `${explored.length - bounded.length} of ${counted(explored.length, 'search', 'searches')} in every order, the others with ${least} or more preemptions`;
  const head = `**${structure}**: sound under ${counted(sound.length, 'choice')} in ${withCommas(all)} executions of ${programs.map(code).join(', ')}; ${share}.`;
  const stories = own.flatMap((cell) =>
    cell.verdict === 'unsound'
      ? [
          `- ${code(cell.scheme)}: ${cell.finding.kind} with ${counted(cell.preemptions, 'preemption')} in ${cell.steps} steps. ${cell.finding.note} \`${cell.replay}\``,
        ]
      : [],
  );
  return [head, ...(stories.length > 0 ? ['', ...stories] : [])].join('\n');
}
