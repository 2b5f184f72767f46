import { fromLetters } from '../letters.ts';

/** Unpacks the scripts of a page and lets them run, the last one last: the policy of the page allows each by its hash, and nothing else. */
async function unpack(): Promise<void> {
  const packed = [...document.querySelectorAll('script.packed')];
  const texts = packed.map(({ textContent }) => {
    const bytes = new Blob([fromLetters(textContent)]);
    return new Response(bytes.stream().pipeThrough(new DecompressionStream('gzip'))).text();
  });
  for (const text of await Promise.all(texts)) {
    const script = document.createElement('script');
    script.className = 'unpacked';
    script.textContent = text;
    document.body.append(script);
  }
}

void unpack();
