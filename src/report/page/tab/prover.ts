import { chooseScheme } from '../../../laboratory/registry.ts';
import { breaksClaims, type Exploration, explore } from '../../../explore/explore.ts';
import { shrink } from '../../../explore/shrink/shrink.ts';
import { explorationText, explorationVerdict } from '../../text/exploration-text.ts';
import { shrunkText } from '../../text/shrunk-text.ts';
import { pageStyle } from '../page-style.ts';
import { type ProofRequest, slotsFor } from './engine.ts';
import { onKernelOf, pageMutant } from './known-mutants.ts';

/** A failure that can be told as a story. */
export interface ProofFinding {
  readonly kind: string;
  readonly note: string;
  readonly program: string;
  readonly slots: number;
  readonly schedule: string;
}

/** What came of it, in the words of `explore`. */
export interface Proof {
  readonly executions: number;
  readonly bad: number;
  readonly complete: boolean;
  readonly seconds: number;
  readonly report: string;
  readonly verdict: string;
  readonly isBroken: boolean;
  readonly findings: readonly ProofFinding[];
}

export type ProofMessage =
  | { readonly kind: 'proved'; readonly proof: Proof }
  | { readonly kind: 'shorter'; readonly report: string; readonly finding: ProofFinding }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly why: string };

/** Searches in a tab last no longer. */
const MOST_SECONDS = 60;
const SHRINK_SECONDS = 5;

/** Explores a program with the explorer of the command line, and posts what it finds; then a smaller failure, if there is one. */
export function prove(request: ProofRequest, post: (message: ProofMessage) => void): Promise<void> {
  return onKernelOf(request.mutant, () => proveThere(request, post));
}

async function proveThere(request: ProofRequest, post: (message: ProofMessage) => void): Promise<void> {
  const { program, scheme, cache, freeList = 'stack' } = request;
  const slots = await slotsFor(program, scheme, request.slots);
  const choice = await chooseScheme(scheme);
  const exploration = await explore(program, scheme, {
    slots,
    cache,
    freeList,
    maxSeconds: MOST_SECONDS,
    facts: true,
    ...limitsOf(request),
  });
  const isBroken = breaksClaims(exploration);
  const style = pageStyle(100);
  post({
    kind: 'proved',
    proof: {
      executions: exploration.executions,
      bad: exploration.bad,
      complete: exploration.complete,
      seconds: exploration.seconds,
      report: explorationText(exploration, style),
      verdict: explorationVerdict(exploration, choice, isBroken),
      isBroken,
      findings: exploration.findings.map(({ kind, note, schedule }) => ({
        kind,
        note,
        program,
        slots,
        schedule,
      })),
    },
  });
  const [first] = exploration.findings.filter(({ kind }) => kind !== 'livelock' && kind !== 'deadlock');
  if (first !== undefined) post(await smaller(exploration, first));
  post({ kind: 'done' });
}

/** The limits within which the program of a mutant shows it; none of other programs. */
function limitsOf({ program, mutant }: ProofRequest): { preemptions?: number; stepLimit?: number } {
  const witness = pageMutant(mutant)?.mutant.witness;
  if (witness === undefined || witness.program !== program) return {};
  const { preemptions } = witness;
  return { stepLimit: STEPS_OF_WITNESS, ...(preemptions !== undefined && { preemptions }) };
}

/** A thread of a mutant may run forever: nothing that a witness needs takes so many steps. */
const STEPS_OF_WITNESS = 300;

async function smaller(
  { program, scheme, slots, cache, freeList }: Exploration,
  first: Exploration['findings'][number],
): Promise<ProofMessage> {
  const failure = { ...first, program, scheme, slots, cache, freeList };
  const shrunk = await shrink(failure, { maxSeconds: SHRINK_SECONDS });
  const { kind, schedule } = shrunk;
  return {
    kind: 'shorter',
    report: shrunkText(shrunk, pageStyle(100)),
    finding: { kind, note: first.note, program: shrunk.program, slots: shrunk.slots, schedule },
  };
}
