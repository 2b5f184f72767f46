import { readFileSync } from 'node:fs';
import { InternalError } from '../../errors.ts';
import { type Html, markup } from '../../markup.ts';
import { pageDocument } from './document.ts';

/** Code that a page for a user's own comes with. */
interface CodeExample {
  readonly id: string;
  readonly title: string;
  readonly code: string;
}

/** Before a program of a document that the page shows: its id, and its title. */
const EXAMPLE = /^<!-- example ([\w-]+): ([^\n]*) -->\n+```js\n(.*?)^```$/gms;

/** The document of the checker is part of the package, as this file is. */
const DOCUMENT = new URL(
  import.meta.url.endsWith('.ts') ? '../../checker/README.md' : '../../../../src/checker/README.md',
  import.meta.url,
);

/** The example that the page begins with. */
const FIRST = 'lost-update';

/** The examples of the checker's document, which its tests run. */
export function codeExamples(document: string = readFileSync(DOCUMENT, 'utf8')): CodeExample[] {
  const examples = [...document.matchAll(EXAMPLE)].map(([, id, title, code]) => ({ id, title, code }));
  if (examples.every(({ id }) => id !== FIRST))
    throw new InternalError(`The document of the checker has no example ${FIRST}.`);
  return examples.toSorted((a, b) => Number(b.id === FIRST) - Number(a.id === FIRST));
}

/** The page for code of its reader's own: a tab runs it, and without its script the page shows the examples. */
export function codePage(command: string): string {
  return pageDocument({
    title: 'Your own code, in every order',
    command,
    script: 'code',
    sections: [
      markup`<p>A few threads over shared words, run in every order that can make a difference. If one of them fails, it is told step by step, and the lines are marked. It is the checker of <code>lockfree-lab/explore</code>, and the code is a module as for Node.</p>`,
      markup`<section id="code">${codeExamples().map(exampleMarkup)}</section>`,
    ],
  });
}

function exampleMarkup({ id, title, code }: CodeExample): Html {
  return markup`<article data-example="${id}"><h2>${title}</h2><pre class="report" tabindex="0"><code>${code}</code></pre></article>`;
}
