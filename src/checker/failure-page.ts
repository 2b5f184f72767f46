import { Html, htmlDocument, markup } from '../markup.ts';
import { type FailureRecord, howFound, racesText, type StoryRow } from './failure-record.ts';

const STYLE = `
:root { --line: #d9d6cf; --soft: #565c66; --bad: #a83200; --mark: #fff6d8; }
@media screen and (prefers-color-scheme: dark) { :root { --line: #363c46; --soft: #a9b0bb; --bad: #ff9466; --mark: #37311a; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; max-width: 90rem; }
h1 { font-size: 1.4rem; color: var(--bad); }
.kind, .remark, td.where, td.number { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font: 14px/1.5 ui-monospace, Menlo, Consolas, monospace; }
th, td { border-bottom: 1px solid var(--line); padding: 0.1rem 0.8rem; text-align: left; white-space: pre; }
td.number { text-align: right; }
tr.marked td { background: var(--mark); }
pre { font: 14px/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; }
`;

const POLICY = [`default-src 'none'`, `style-src 'unsafe-inline'`, `base-uri 'none'`, `form-action 'none'`];

/**
 * A failure as a page in one file, which loads nothing and runs nothing: what is wrong, the execution as a table with a column for each
 * thread, and the line that replays it. The same record makes the same page.
 */
export function failurePage(record: FailureRecord): string {
  const { headline } = record;
  const body = markup`<main>
<h1>${headline}</h1>
${failureMarkup(record)}
</main>`;
  return htmlDocument({ title: headline, policy: POLICY, style: STYLE, body });
}

/** What such a page has below its headline. */
export function failureMarkup(record: FailureRecord): Html {
  const { details, kind, threads, rows, end } = record;
  return markup`<p class="kind">kind: ${kind}</p>
${details.length > 0 && markup`<pre>${details.join('\n')}</pre>\n`}${rows.length > 0 && tableMarkup(rows, threads)}
<p>At the end: <code>${end}</code></p>
${racesText(record).map((line) => markup`<p>${line}</p>\n`)}<pre>${howFound(record).join('\n')}</pre>`;
}

function tableMarkup(rows: readonly StoryRow[], threads: number): Html {
  const numbers = Array.from({ length: threads }, (_, i) => i + 1);
  return markup`<div class="wide" role="region" tabindex="0" aria-label="The execution">
<table>
<thead><tr><th scope="col">step</th>${numbers.map((number) => markup`<th scope="col">T${number}</th>`)}<th scope="col">where</th></tr></thead>
<tbody>
${rows.map((row) => rowMarkup(row, threads))}</tbody>
</table>
</div>`;
}

function rowMarkup({ step, thread, text, where, isMarked }: StoryRow, threads: number): Html {
  const marked = isMarked && new Html(' class="marked"');
  const number = markup`<td class="number">${step}</td>`;
  // What is said about the row above goes across.
  const cells =
    thread === null
      ? markup`<td class="remark" colspan="${threads}">${text}</td>`
      : Array.from({ length: threads }, (_, i) => markup`<td>${i + 1 === thread ? text : ''}</td>`);
  return markup`<tr${marked}>${number}${cells}<td class="where">${where}</td></tr>\n`;
}
