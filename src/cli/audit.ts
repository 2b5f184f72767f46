import { closeSync, openSync, readSync } from 'node:fs';
import { audit, auditJson, type Audit } from '../check/audit.ts';
import { miscount } from '../check/census.ts';
import { blame, blameSnapshot, type Loss } from '../check/blame.ts';
import type { HeldBack } from '../check/held-back.ts';
import { showValue } from '../engines/program.ts';
import { boundOf, chooseScheme, claimsOf, schemes } from '../engines/registry.ts';
import type { SchemeClass } from '../engines/scheme-class.ts';
import { UsageError } from '../errors.ts';
import { H_SCHEME, RETIRED, S_STATE } from '../kernel/layout.ts';
import { wordsAt } from '../observe/replay-words.ts';
import { readSnapshot } from '../observe/snapshot.ts';
import type { Trace } from '../observe/trace.ts';
import { auditText, NAMED } from '../report/audit-text.ts';
import { wrap } from '../report/columns.ts';
import { leakGraphDot } from '../report/leak-graph-dot.ts';
import { leakGraphSvg } from '../report/leak-graph-svg.ts';
import { leakGraph } from '../report/leak-graph.ts';
import { visible } from '../visible.ts';
import { command, type Command } from './command.ts';
import { flag, integer, text } from './option.ts';
import { checkWritable, writeFile } from './output.ts';
import { readTraceSoFar, schemeOfTrace } from './recording.ts';

export const auditCommand: Command = command({
  name: 'audit',
  summary: 'Accounts for every slot of a snapshot, or of a step of a trace.',
  about:
    'Says what owns each slot, which slots have no owner and since when, and which thread holds back what was retired. The exit ' +
    'status is 1 if there is damage that the scheme promises not to do.',
  positionals: [{ name: 'file', help: 'A snapshot (stress --snapshot FILE) or a trace (run --trace FILE).' }],
  options: {
    step: integer('N', 'For a trace: audit the state after step N; 0 is the start. Default: the last step.', {
      least: 0,
      most: Number.MAX_SAFE_INTEGER,
    }),
    dot: text(
      'FILE',
      'Writes the graph of the slots for Graphviz: which slot leads to which, and which link was cut.',
    ),
    svg: text('FILE', 'Writes the same graph as a picture.'),
    scheme: text(
      'FILE',
      "The module of a user's own scheme, where the trace was made under one: a file never runs code by itself.",
    ),
    all: flag('Shows the counters of every thread, and all notes.'),
  },
  examples: [
    ['lockfree-lab audit slab.snapshot', 'Audits the slab of a stress run.'],
    ['lockfree-lab audit aba.jsonl --step 35 --svg aba.svg', 'Audits a step of a trace, with a picture.'],
  ],
  run: async (context, { step, dot, svg, scheme: module, all }, [file]) => {
    for (const path of [dot, svg]) if (path !== null) checkWritable(path);
    const subject = isTrace(file) ? await fromTrace(file, step, module) : fromSnapshot(file, step, module);
    const { of, audit: audited, losses, scheme, show, cut } = subject;
    context.print(auditText({ ...subject, all }, context.style));
    if (cut !== null) throw new UsageError(cut);
    const { isBroken, sentence } = judge(audited, scheme);
    const paint = isBroken ? context.style.damage : context.style.ok;
    for (const line of wrap(sentence, context.style.columns)) context.print(paint(line));
    if (dot !== null || svg !== null) {
      const graph = leakGraph(audited, { title: `Audit ${of}`, losses, show });
      if (dot !== null) writeFile(dot, leakGraphDot(graph));
      if (svg !== null) writeFile(svg, leakGraphSvg(graph));
    }
    return {
      broken: isBroken,
      document: {
        verdict: isBroken ? 'broken' : 'as-claimed',
        file,
        step: subject.step,
        scheme: scheme?.ID ?? null,
        audit: auditJson(audited),
        losses: losses.slice(0, NAMED).map((loss) => ({ ...loss, together: loss.together.slice(0, NAMED) })),
        retained: subject.retained,
      },
    };
  },
});

interface Subject {
  readonly of: string;
  readonly step: number | null;
  readonly audit: Audit;
  readonly losses: readonly Loss[];
  readonly retained: readonly HeldBack[];
  /** Null for a user's own scheme that is not at hand. */
  readonly scheme: SchemeClass | null;
  readonly show: (value: number) => string;
  /** A sentence about a trace that was cut short; null for anything that is whole. */
  readonly cut: string | null;
}

/** A trace is text and begins with a brace; a snapshot begins with its magic word. */
function isTrace(file: string): boolean {
  const start = Buffer.alloc(1);
  try {
    const opened = openSync(file, 'r');
    try {
      readSync(opened, start);
    } finally {
      closeSync(opened);
    }
  } catch {
    // The code that reads the whole file says why it cannot be read.
    return false;
  }
  return start.toString() === '{';
}

function fromSnapshot(file: string, step: number | null, module: string | null): Subject {
  if (step !== null) {
    throw new UsageError(`--step ${step} needs a trace, and ${file} is a snapshot: leave --step out.`);
  }
  if (module !== null) {
    throw new UsageError(
      `--scheme ${module} needs a trace, and ${file} is a snapshot, which says of a user's own scheme only that it is one: leave --scheme out.`,
    );
  }
  const audited = audit(readSnapshot(file));
  return {
    of: `of ${visible(file)}`,
    step: null,
    audit: audited,
    losses: blameSnapshot(audited, NAMED),
    retained: audited.heldBack(NAMED),
    scheme: schemes.find((scheme) => scheme.NUMBER === audited.words[H_SCHEME]) ?? null,
    show: String,
    cut: null,
  };
}

async function fromTrace(file: string, step: number | null, module: string | null): Promise<Subject> {
  const { trace, cut } = readTraceSoFar(file);
  const last = lastStep(trace);
  if (step !== null && step > last) {
    throw new UsageError(`--step ${step} is too far: the trace ${file} has ${last} steps.`);
  }
  const choice = await chooseScheme(schemeOfTrace(file, trace.header, module).spec);
  const { scheme } = choice;
  // No sum of an audit needs it; a scheme of one's own that cannot say it is told so here as everywhere.
  boundOf(choice, trace.header.threads);
  const { mutant } = trace.header;
  const under = mutant === undefined ? '' : `, the mutant ${visible(mutant)}`;
  const { step: at, leaked, retired } = blame(trace, step ?? Infinity);
  return {
    of: `after step ${at} of ${last} of ${trace.header.subject}, ${trace.header.scheme}${under}`,
    step: at,
    audit: audit(wordsAt(trace, at)),
    losses: leaked,
    retained: retired,
    scheme,
    show: showValue,
    cut,
  };
}

function lastStep({ events }: Trace): number {
  return events.findLast((event) => event.kind === 'step')?.step ?? 0;
}

/** Whether a scheme claims what was found, and that in one sentence. */
function judge(found: Audit, scheme: SchemeClass | null): { isBroken: boolean; sentence: string } {
  const name = scheme?.ID ?? "this scheme of a user's own";
  const leaked = scheme?.RECLAIMS === false ? leakedByAccident(found) : found.leaked;
  const noticed = found.threads.filter(({ damage }) => damage !== null).length;
  const { conflicts, stranded, cyclic, retiredTwice, wild } = found;
  const strays = found.strayWrites(1).length;
  const counts = [leaked, noticed, conflicts, stranded, cyclic, retiredTwice, wild, strays];
  const miscounted = miscount(found, found.totals.unreclaimedCounted) !== null;
  if (!miscounted && counts.every((count) => count === 0)) {
    const sentence =
      found.leaked === 0
        ? 'As claimed: every slot has one owner.'
        : `As claimed: every slot has one owner, or was retired, which ${name} never frees.`;
    return { isBroken: false, sentence };
  }
  const claim = scheme === null ? 'yes' : claimsOf(scheme).abaSafe;
  if (claim === 'no') {
    return {
      isBroken: false,
      sentence: `As claimed: ${name} promises no safety, and this is damage that it allows.`,
    };
  }
  const until = claim === 'yes' ? '' : ' until a tag wraps';
  return { isBroken: true, sentence: `Broken: ${name} claims that none of this can happen${until}.` };
}

/** Leaked slots that nobody had retired. */
function leakedByAccident(found: Audit): number {
  const { words, geometry } = found;
  return found.slotsOf('leaked').filter((slot) => words[geometry.slot(slot, S_STATE)] !== RETIRED).length;
}
