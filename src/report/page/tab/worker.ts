import type { HintRequest, ProofRequest } from './engine.ts';
import type { HintMessage } from './hinter.ts';
import { levelParts } from './level-parts.ts';
import { type ProofMessage, prove } from './prover.ts';

/** Answers requests for proofs and for hints, in a worker that runs the script of the page. */
export function serve(): void {
  self.addEventListener('message', ({ data }: MessageEvent<ProofRequest | HintRequest>) => {
    const done = data.kind === 'hint' ? levelParts()?.hint(data, post) : prove(data, post);
    done?.catch((error: unknown) => {
      post({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
    });
  });
}

function post(message: ProofMessage | HintMessage): void {
  self.postMessage(message);
}
