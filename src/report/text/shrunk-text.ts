import { showProgram } from '../../laboratory/program.ts';
import type { Explanation, Interrupted } from '../../explore/shrink/explain.ts';
import type { ProgramSize, Shrunk, Smallest } from '../../explore/shrink/shrink.ts';
import { replayCommand } from '../../scenario/replay-line.ts';
import { counted } from '../../counted.ts';
import { hang } from './columns.ts';
import type { Style } from './style.ts';

function sizeText({ threads, operations }: ProgramSize): string {
  return `${counted(threads, 'thread')}, ${counted(operations, 'operation')} together`;
}

const SMALLEST: Readonly<Record<Smallest, string>> = {
  'whatever the preemptions': 'no smaller program shows it',
  'with as few preemptions':
    'no smaller program shows it with so few preemptions; there was no time to try more preemptions',
  unknown: 'there was no time to find out whether a smaller program shows it',
};

/** What a failure was made of, and whether it could be smaller, in a row. */
export function shrunkText(shrunk: Shrunk, style: Style): string {
  const { from, to, kind, preemptions, steps, smallest } = shrunk;
  const same =
    from.threads === to.threads && from.operations === to.operations && from.initial === to.initial;
  const before = same ? '' : `${sizeText(from)} ${style.glyph.arrow} `;
  const text = `${kind}: ${before}${sizeText(to)}, ${counted(preemptions, 'preemption')}, ${counted(steps, 'step')}; ${SMALLEST[smallest]}`;
  return hang('shrunk      ', text, style.columns).join('\n');
}

/** The same as JSON. */
export function shrunkJson(shrunk: Shrunk, variant: string | null): Record<string, unknown> {
  const { program, ...rest } = shrunk;
  const replay = replayCommand({ subject: program, ...shrunk, ...(variant !== null && { variant }) });
  return { program, ...rest, replay };
}

const LABEL = 'explorer ';

/**
 * What the explorer made of a failure of free threads: the smallest program that shows it, or what was searched for one.
 *
 * @param kinds what the free threads showed, the first first
 */
export function explanationText(
  { programs, operations, found, scheme, interrupted }: Explanation,
  kinds: readonly string[],
  asked: { readonly scheme: string; readonly seconds: number },
  style: Style,
): string {
  const [first] = kinds;
  const tried = counted(programs, 'short program');
  const under =
    scheme === asked.scheme
      ? ''
      : ` The scheme was ${scheme} there: with other parameters a short program reclaims nothing.`;
  if (found === null) {
    const all =
      operations === 0
        ? ''
        : `, all of up to ${counted(operations, 'operation')} with one preemption among them`;
    const what = kinds.length === 0 ? 'no damage' : 'no such damage';
    if (interrupted)
      return hang(LABEL, interruptedText(interrupted, what, `${tried}${all}.${under}`), style.columns).join(
        '\n',
      );
    const text = `found ${what} in ${asked.seconds} s, in ${tried}${all}.${under}`;
    return hang(LABEL, text, style.columns).join('\n');
  }
  const { kind, program, to, preemptions, steps, smallest } = found;
  const instead = kinds.includes(kind)
    ? ` None of them showed ${first}, and ${kind} was seen too.`
    : ` None of them showed ${kinds.join(' or ')}.`;
  const size = `${counted(to.operations, 'operation')} on ${counted(to.threads, 'thread')}, ${counted(preemptions, 'preemption')}, ${counted(steps, 'step')}`;
  const text = `${kind} in "${showProgram(program)}": ${size}; ${SMALLEST[smallest]}. It tried ${tried}.${kind === first || first === undefined ? '' : instead}${under}`;
  return hang(LABEL, text, style.columns).join('\n');
}

function interruptedText({ shown }: Interrupted, nothing: string, tried: string): string {
  return shown === null
    ? `was interrupted, and had found ${nothing} in ${tried}`
    : `was interrupted, and had found ${shown.kind} in "${showProgram(shown.program)}", not made smaller. It had tried ${tried}`;
}

/** The same as JSON; null if nothing was found. */
export function explanationJson(
  explanation: Explanation | null,
  kinds: readonly string[],
  variant: string | null,
): Record<string, unknown> | null {
  if (explanation === null || explanation.found === null) return null;
  const { found, programs, operations } = explanation;
  return {
    ...shrunkJson(found, variant),
    isFirstKind: found.kind === kinds[0],
    searched: { programs, operations },
  };
}
