/** Unpacks the script of a page and lets it run: the policy of the page allows it by its hash, and nothing else. */
async function unpack(): Promise<void> {
  const packed = document.getElementById('packed')?.textContent ?? '';
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.codePointAt(0) ?? 0);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const script = document.createElement('script');
  script.id = 'script';
  script.textContent = await new Response(unpacked).text();
  document.body.append(script);
}

void unpack();
