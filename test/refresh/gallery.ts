import { gallery } from '../../scenarios/gallery/index.ts';
import type { Report } from '../../src/gallery/report.ts';
import { show, type ShownReport } from '../../src/gallery/show.ts';
import { expectedText, galleryMarkdown, galleryTable } from '../../src/report/text/gallery-text.ts';
import type { Block } from './blocks.ts';

const shown = new Map<Report, Promise<ShownReport>>();

/** Each report is run once, whatever is told of it. */
export function shownOnce(report: Report): Promise<ShownReport> {
  const known = shown.get(report) ?? show(report);
  shown.set(report, known);
  return known;
}

async function all(): Promise<ShownReport[]> {
  const found: ShownReport[] = [];
  for (const report of gallery) found.push(await shownOnce(report));
  return found;
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
