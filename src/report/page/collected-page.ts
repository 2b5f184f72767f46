import { counted } from '../../counted.ts';
import { type Html, markup } from '../../markup.ts';
import { visible } from '../../visible.ts';
import { pageDocument } from './document.ts';
import { lineMarkup } from './page-style.ts';
import { verdictMarkup } from './run-section.ts';
import { runSection } from './run-section.ts';
import type { RunView } from './run-view.ts';

/** A record among others on one page. */
export interface CollectedRecord {
  /** The file, as it was given. */
  readonly file: string;
  /** What it is, in a few words: `a trace of aba-dequeue under naive`. */
  readonly what: string;
  /** What came of it, in one sentence; null where nothing was judged. */
  readonly verdict: { readonly text: string; readonly isBroken: boolean } | null;
  /** What is shown of it: parts of a report, or a run that can be stepped through. */
  readonly shown: readonly Html[] | RunView;
}

/**
 * Several records on one page, with a list of them above.
 *
 * @param common what is made of several of them together
 */
export function collectedPage(
  records: readonly CollectedRecord[],
  command: string,
  common: readonly Html[] = [],
): string {
  const runs: RunView[] = [];
  const sections = records.map((record, i): Html => {
    const { file, what, verdict, shown } = record;
    const head = markup`<h2 class="record">${visible(file)} <span class="faint">${what}</span></h2>`;
    if (!('changes' in shown)) {
      const judged = verdict !== null && verdictMarkup(verdict.text, verdict.isBroken);
      return markup`<section id="record-${i}">${head}${judged}${shown}</section>`;
    }
    const place = runs.push(shown) - 1;
    const same = verdict !== null && markup`<p>${lineMarkup(verdict.text)}</p>`;
    return markup`<section id="record-${i}">${head}${same}${runSection(shown, place)}</section>`;
  });
  return pageDocument({
    title: counted(records.length, 'record'),
    command,
    sections: [contents(records), ...common, ...sections],
    runs,
  });
}

function contents(records: readonly CollectedRecord[]): Html {
  return markup`<nav aria-label="Records"><table class="records"><thead><tr><th scope="col">file</th><th scope="col">what it is</th><th scope="col">what came of it</th></tr></thead><tbody>${records.map(
    ({ file, what, verdict }, i) =>
      markup`<tr><td><a href="#record-${i}">${visible(file)}</a></td><td>${what}</td><td${verdict?.isBroken === true && markup` class="damage"`}>${verdict?.text ?? ''}</td></tr>`,
  )}</tbody></table></nav>`;
}
