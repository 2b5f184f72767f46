import type { HintRequest, ProofRequest } from './engine.ts';
import { hint, type HintMessage } from './hinter.ts';
import { type ProofMessage, prove } from './prover.ts';

/** Answers requests for proofs and for hints, in a worker that runs the script of the page. */
export function serve(): void {
  self.addEventListener('message', ({ data }: MessageEvent<ProofRequest | HintRequest>) => {
    const done = data.kind === 'hint' ? hint(data, post) : prove(data, post);
    done.catch((error: unknown) => {
      post({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
    });
  });
}

function post(message: ProofMessage | HintMessage): void {
  self.postMessage(message);
}

/** A worker that runs the script of this page. The caller ends it. */
export function startWorker(): Worker {
  const script = document.getElementById('script')?.textContent ?? '';
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}
