/** A piece of a page: markup that was made here. Everything else in a page is text. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a hole of a template takes: text, which becomes no markup whatever it holds, markup, several of these, or nothing. */
export type Part = string | number | Html | null | false | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it stands in markup, between tags or in quotes. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]);
}

function markupOf(part: Part): string {
  if (part === null || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escaped(String(part));
}

/** Markup with holes; a text in a hole stays text, also in an attribute in quotes. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((all, each, i) => all + markupOf(parts[i - 1]) + each));
}

/** Data as they stand in a script element: nothing in them ends the element. */
export function jsonMarkup(value: unknown): Html {
  return new Html(
    JSON.stringify(value)
      .replaceAll('<', '\\u003c')
      .replaceAll('\u2028', '\\u2028')
      .replaceAll('\u2029', '\\u2029'),
  );
}

/** A page in one file, light or dark as its reader likes it. */
export interface HtmlDocument {
  readonly title: string;
  /** What may be loaded and run in it: the directives of a content security policy. */
  readonly policy: readonly string[];
  readonly style: string;
  readonly body: Html;
}

export function htmlDocument({ title, policy, style, body }: HtmlDocument): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="lockfree-lab">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
${body}
</body>
</html>
`.text;
}
