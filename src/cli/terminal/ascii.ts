import { asciiGlyphs, unicodeGlyphs, type Glyphs } from '../../report/text/style.ts';

const standIns = new Map<string, string>(
  (Object.keys(unicodeGlyphs) as (keyof Glyphs)[]).map((name) => [unicodeGlyphs[name], asciiGlyphs[name]]),
);

// oxlint-disable-next-line no-control-regex -- every character of ASCII stays
const OUTSIDE = /[^\u0000-\u007f]/gu;
const ACCENTS = /\p{Mark}/gu;

/** The text without what lies outside ASCII: such as a name of a file, or a value that somebody enqueued. */
export function toAscii(text: string): string {
  return text.replace(OUTSIDE, (character) => {
    const plain = standIns.get(character) ?? character.normalize('NFKD').replace(ACCENTS, '');
    return plain.replace(OUTSIDE, '?');
  });
}

// oxlint-disable-next-line no-control-regex -- every character of ASCII stays
const UNIT_OUTSIDE = /[^\u0000-\u007f]/g;

/** The same for JSON, where nothing is lost. */
export function escapeJson(json: string): string {
  return json.replace(UNIT_OUTSIDE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
