const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** What a page says to somebody who reads it without its script: the text of its body, a line for each block, and of pictures what they are called. */
export function said(page: string): string {
  const body = page.slice(page.indexOf('<body>'), page.indexOf('<script type="application/json"'));
  return body
    .replaceAll(/<svg[^>]*aria-label="([^"]*)"[^>]*>.*?<\/svg>/gs, '\n[$1]\n')
    .replaceAll(/<svg.*?<\/svg>/gs, '')
    .replaceAll(/<(?:\/dt|t[dh]|span|dd)\b[^>]*>/g, ' ')
    .replaceAll(
      /<\/?(?:p|li|tr|h\d|div|section|header|main|caption|figure|figcaption|summary|pre|dt|table|article)\b[^>]*>/g,
      '\n',
    )
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&\w+;|&#39;/g, (entity) => ENTITIES[entity])
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}
