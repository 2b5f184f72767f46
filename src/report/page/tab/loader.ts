/** Unpacks the scripts of a page and lets them run, the last one last: the policy of the page allows each by its hash, and nothing else. */
async function unpack(): Promise<void> {
  const packed = [...document.querySelectorAll('script.packed')];
  const texts = packed.map(({ textContent }) => {
    const bytes = Uint8Array.from(atob(textContent), (letter) => letter.codePointAt(0) ?? 0);
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  });
  for (const text of await Promise.all(texts)) {
    const script = document.createElement('script');
    script.className = 'unpacked';
    script.textContent = text;
    document.body.append(script);
  }
}

void unpack();
