/** A worker that runs the script of this page. The caller ends it. */
export function startWorker(): Worker {
  const scripts = [...document.querySelectorAll('script.unpacked')].map(({ textContent }) => textContent);
  const url = URL.createObjectURL(new Blob([scripts.join('\n')], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}
