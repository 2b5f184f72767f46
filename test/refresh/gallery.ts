import { gallery } from '../../scenarios/gallery/index.ts';
import type { Report } from '../../src/gallery/report.ts';
import { counted } from '../../src/counted.ts';
import { show, type ShownReport, type Tried } from '../../src/gallery/show.ts';
import { sourcesText } from '../../src/gallery/report.ts';
import { storyLines, triedText } from '../../src/report/text/gallery-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import type { Block } from './block.ts';
import { markdownTable } from './table.ts';

const runs = new Map<Report, Promise<ShownReport>>();

/** Each report is run once, whatever is told of it. */
export function shownOnce(report: Report): Promise<ShownReport> {
  const known = runs.get(report) ?? show(report);
  runs.set(report, known);
  return known;
}

async function all(): Promise<ShownReport[]> {
  const found: ShownReport[] = [];
  for (const report of gallery) found.push(await shownOnce(report));
  return found;
}

/** All reports as a Markdown table. */
function galleryTable(shown: readonly ShownReport[]): string {
  const rows = shown.map(({ report: { id, title, sources }, broken, repaired }) => [
    `[\`${id}\`](#${id})`,
    sourcesText(sources),
    title,
    triedText(broken),
    counted(repaired.executions, 'execution'),
  ]);
  const head = ['', 'report', 'what goes wrong', 'the broken sample shows', 'the repaired one is clean in'];
  return markdownTable(head, rows);
}

/** All reports in Markdown, each under a heading of its own, with its shortest story. */
function galleryMarkdown(shown: readonly ShownReport[]): string {
  return shown
    .map(({ report, broken, repaired }) => {
      const { id, title, about, repair, sources } = report;
      return [
        `### ${id}`,
        `_${title}._ ${sourcesText(sources)}. ${about}`,
        `[\`${id}.ts\`](${id}.ts) · \`npx lockfree-lab run ${id}\``,
        `\`\`\`text\n${storyInDocument(broken)}\n\`\`\``,
        `_Repaired._ ${repair} ${cleanText(repaired)}`,
      ].join('\n\n');
    })
    .join('\n\n');
}

function cleanText({ executions, complete, failure }: Tried): string {
  if (failure !== null || !complete) return 'That is not clean.';
  return `Nothing fails in ${counted(executions, 'execution')}, and no other one is left out.`;
}

/** Without the line that replays it where that names files of this machine. */
function storyInDocument(tried: Tried): string {
  const lines = storyLines(tried, plainStyle());
  if (typeof tried.failure?.story === 'string') return lines.join('\n');
  const last = lines.findIndex((line) => line.startsWith('replay'));
  return (last === -1 ? lines : lines.slice(0, last)).join('\n').trimEnd();
}

/** What comes of a report, for the head of its file: one line for each sample. */
export function expectedText({ broken, repaired }: ShownReport): string {
  return [
    `broken    ${triedText(broken)}`,
    `repaired  ${repaired.complete ? 'complete and clean' : 'not clean'}`,
  ].join('\n');
}

const FILE = 'scenarios/gallery/README.md';

/** What the gallery's own page and the head of each report's file say of it. */
export const galleryBlocks: readonly Block[] = [
  { name: 'reports', file: FILE, text: async () => galleryTable(await all()) },
  { name: 'stories', file: FILE, text: async () => galleryMarkdown(await all()) },
  ...gallery.map((report) => ({
    name: 'expected',
    file: `scenarios/gallery/${report.id}.ts`,
    text: async () => expectedText(await shownOnce(report)),
  })),
];
