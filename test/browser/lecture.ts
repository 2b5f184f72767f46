// The plan of a lecture as a page of the site: what it runs and plays is a link to where the site has it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsers } from 'prettier/plugins/markdown';
import { exercises } from '../../scenarios/exercises.ts';
import { scenarios } from '../../scenarios/index.ts';
import { levels } from '../../scenarios/levels.ts';
import { type Html, markup } from '../../src/markup.ts';
import { pageDocument } from '../../src/report/page/document.ts';
import { exerciseName } from '../../src/report/text/exercise-text.ts';

/** A node of a text in Markdown, as mdast has it. */
interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

/** The style of the pages that only the site has. */
export function siteStyle(): string {
  return readFileSync(join(import.meta.dirname, 'site.css'), 'utf8');
}

/** The page of `scenarios/LECTURE.md`. */
export function lecturePage(): string {
  const text = readFileSync(join(import.meta.dirname, '../../scenarios/LECTURE.md'), 'utf8');
  // The parser needs no options for a text without embedded languages.
  const { children = [] } = parsers.markdown.parse(text, {} as never) as Node;
  const [title, ...rest] = children;
  return pageDocument({
    title: plain(title),
    command: 'npm run site',
    sections: rest.map(block),
    style: siteStyle(),
  });
}

function plain({ value = '', children = [] }: Node): string {
  return value + children.map(plain).join('');
}

function block(node: Node): Html {
  const { type, children = [] } = node;
  if (type === 'table')
    return markup`<div class="scroll" tabindex="0" role="region" aria-label="The plan"><table class="plan"><thead>${row(children[0], true)}</thead><tbody>${children.slice(1).map((each) => row(each, false))}</tbody></table></div>`;
  if (type === 'heading') return markup`<h2>${inline(node)}</h2>`;
  if (type === 'list')
    return markup`<ol>${children.map((each) => markup`<li>${(each.children ?? []).map(block)}</li>`)}</ol>`;
  if (type === 'paragraph') return markup`<p class="text">${inline(node)}</p>`;
  throw new Error(`The plan of the lecture has a ${type}, and its page does not know how to show one.`);
}

function row({ children = [] }: Node, isHead: boolean): Html {
  return markup`<tr>${children.map((each) => (isHead ? markup`<th scope="col">${inline(each)}</th>` : markup`<td class="prose">${inline(each)}</td>`))}</tr>`;
}

function inline({ children = [] }: Node): Html[] {
  return children.map((each) => {
    if (each.type !== 'inlineCode')
      return each.children === undefined ? markup`${each.value ?? ''}` : markup`${inline(each)}`;
    const place = placeOf(each.value ?? '');
    const code = markup`<code>${each.value ?? ''}</code>`;
    return place === null ? code : markup`<a href="${place}">${code}</a>`;
  });
}

/** Where the site has what a command runs or plays; null if it has it nowhere. */
function placeOf(command: string): string | null {
  const [, verb, name] = /^(run|play) ([\w-]+)/.exec(command) ?? [];
  if (verb === 'play') return levels.some(({ id }) => id === name) ? `levels.html#level=${name}` : null;
  const exercise = exercises.find((each) => exerciseName(each) === command);
  const scenario = scenarios.find(({ id, number }) =>
    exercise === undefined ? id === name : number === exercise.number,
  );
  if (scenario === undefined) return null;
  return exercise === undefined ? `${scenario.id}.html` : `${scenario.id}.html#exercise`;
}
