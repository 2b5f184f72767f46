import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InternalError } from '../../errors.ts';
import { Html, htmlDocument, jsonMarkup, markup } from '../../markup.ts';
import { packed } from './packed.ts';
import type { RunView } from './run-view.ts';

/** What a page is made of. */
export interface PageContent {
  readonly title: string;
  /** The command that writes it again. */
  readonly command: string;
  /** One below the other. */
  readonly sections: readonly Html[];
  /** The runs that a tab can step through, in the order of their sections. */
  readonly runs?: readonly RunView[];
  /** The level that the tab begins with, by its id, where the page is one of levels. */
  readonly level?: string;
  /** What the script of the page is for. Default: runs. */
  readonly script?: 'runs' | 'code';
  /**
   * What its reader can choose besides what the page shows. Default: every scenario and every mutant where a program or a mutant was run,
   * which is another one soon.
   */
  readonly choice?: 'everything' | 'nothing';
  /** Style of its own, besides that of all pages. */
  readonly style?: string;
}

/** What stands in the page for its script. */
export interface PageData {
  readonly runs: readonly RunView[];
  readonly level: string | null;
}

/** A script of a page, with gzip and as letters; and the hash of its text, by which it may run. */
export interface PackedScript {
  readonly packed: string;
  readonly sha256: string;
}

/** What every page carries, as `npm run build` makes it: a file of the package. */
export interface Template {
  /** The script that unpacks the others. */
  readonly loader: string;
  /**
   * By their names: `runs` steps through runs and makes others, `code` checks a user's own. Parts are run by `runs` in the pages that
   * have them: `scenario ID`, all `scenarios` at once, the `mutants`, and the `levels`.
   */
  readonly scripts: Readonly<Record<string, PackedScript>>;
  readonly style: string;
}

let template: Template | null = null;

function templateOf(): Template {
  if (template !== null) return template;
  const folder = import.meta.url.endsWith('.ts') ? '../../../dist/src/report/page/' : './';
  try {
    const text = readFileSync(new URL(`${folder}template.json`, import.meta.url), 'utf8');
    template = JSON.parse(text) as Template;
    return template;
  } catch (error) {
    throw new InternalError(
      `The package lacks what its pages are made from: build it with npm run build (${String(error)}).`,
    );
  }
}

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function choiceFor(runs: readonly RunView[]): NonNullable<PageContent['choice']> {
  return runs.some(({ subject }) => subject.number === 0 || subject.mutant !== '') ? 'everything' : 'nothing';
}

/** The scripts of a page that steps through runs, the one that runs the others last. */
function scriptsFor(
  scripts: Template['scripts'],
  runs: readonly RunView[],
  choice: 'everything' | 'levels' | 'nothing',
): string[] {
  if (choice === 'everything') return ['scenarios', 'mutants', 'runs'];
  const shown = [...new Set(runs.map(({ subject }) => `scenario ${subject.id}`))];
  const parts = shown.filter((name) => Object.hasOwn(scripts, name));
  return [...parts, ...(choice === 'levels' ? [choice] : []), 'runs'];
}

/** Without the end tags that HTML lets out: a cell, a row and an item end where the next one begins. In what is shown as text there are none. */
function shorter({ text }: Html): Html {
  return new Html(text.replaceAll(/<\/(?:t[dhr]|li|dd)>/g, ''));
}

/**
 * A page in one file: it loads nothing, works without a server, and says the same bytes for the same content. Without its script it reads;
 * nothing but that very script runs in it, whatever its data hold.
 */
export function pageDocument({
  title,
  command,
  sections,
  runs = [],
  level,
  script = 'runs',
  choice = choiceFor(runs),
  style: own = '',
}: PageContent): string {
  const { loader, scripts, style: shared } = templateOf();
  const style = shared + own;
  const names =
    script === 'code' ? [script] : scriptsFor(scripts, runs, level === undefined ? choice : 'levels');
  const data: PageData = { runs, level: level ?? null };
  const policy = [
    `default-src 'none'`,
    `script-src ${[sha256(loader), ...names.map((name) => `'sha256-${scripts[name].sha256}'`)].join(' ')}`,
    `style-src ${sha256(style)}`,
    `worker-src blob:`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ];
  const body = markup`<header class="top"><h1>${title}</h1><p class="faint"><code>${command}</code></p></header>
<main id="main">
${shorter(markup`${sections}`)}
</main>
<div id="tab"></div>
<script type="application/json" id="data">${jsonMarkup(packed(data))}</script>
${names.map(
  (name) => markup`<script type="text/plain" class="packed">${new Html(scripts[name].packed)}</script>
`,
)}<script>${new Html(loader)}</script>`;
  return htmlDocument({ title, policy, style, body });
}
