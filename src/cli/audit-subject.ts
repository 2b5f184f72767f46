import { markUnder } from '../laboratory/announcements.ts';
import { closeSync, openSync, readSync } from 'node:fs';
import { allowanceOf, charged, chargedUnnumbered } from '../judge/damage/allowed.ts';
import { audit, type Audit } from '../judge/audit/audit.ts';
import { damageIn } from '../judge/audit/shape.ts';
import { blame, blameSnapshot, type Loss } from '../judge/audit/blame.ts';
import { mostUnreclaimed } from '../judge/audit/census.ts';
import type { HeldBack } from '../judge/audit/holder.ts';
import { scenarios } from '../../scenarios/index.ts';
import { loadVariant } from '../laboratory/participant.ts';
import { namesOfValues } from '../laboratory/program.ts';
import {
  boundOf,
  chooseScheme,
  claimsOf,
  type SchemeChoice,
  schemes,
  splitSpec,
  survives,
  unsafeText,
  unsafeUnder,
} from '../laboratory/registry.ts';
import { structureOf } from '../laboratory/structures.ts';
import { UsageError } from '../errors.ts';
import { H_PARAM_0, H_PARAM_1, H_SCHEME, H_TAG_BITS } from '../kernel/layout.ts';
import { wordsAt } from '../observe/replay-words.ts';
import { readSnapshot } from '../observe/snapshot.ts';
import { lastStep } from '../observe/steps-back.ts';
import { type Finding, TRACE_VERSION, type TraceEvent, type TraceHeader } from '../observe/trace.ts';
import { NAMED } from '../report/text/audit-text.ts';
import { replacedIn } from '../scenario/perform.ts';
import { abaAllowed, alteredText, mayBreak } from '../scenario/promise.ts';
import { teachingCase } from '../scenario/scenario.ts';
import { visible } from '../visible.ts';

import { readTraceSoFar, schemeOfTrace } from './recording.ts';

/** What is audited. */
export interface AuditSubject {
  readonly of: string;
  readonly step: number | null;
  readonly audit: Audit;
  readonly losses: readonly Loss[];
  readonly retained: readonly HeldBack[];
  /** Null for a user's own scheme that is not at hand. */
  readonly choice: SchemeChoice | null;
  /** The steps that led there; null for a snapshot. */
  readonly events: readonly TraceEvent[] | null;
  readonly show: (value: number) => string;
  /** What took the place of a part of the kernel, and the mutant whose kernel was run; null where there was none, or nothing says so. */
  readonly variant: string | null;
  readonly mutant: string | null;
  /** The most slots that were unreclaimed at once; null for a snapshot, which does not show it. */
  readonly peak: number | null;
  /** A sentence about a trace that was cut short; null for anything that is whole. */
  readonly cut: string | null;
}

/** What a snapshot, or a step of a trace, says of each slot. */
export function auditSubject(
  file: string,
  step: number | null,
  module: string | null,
): AuditSubject | Promise<AuditSubject> {
  return isTrace(file) ? fromTrace(file, step, module) : fromSnapshot(file, step, module);
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

function fromSnapshot(file: string, step: number | null, module: string | null): AuditSubject {
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
    choice: choiceOf(audited),
    events: null,
    show: String,
    variant: null,
    mutant: null,
    peak: null,
    cut: null,
  };
}

/** The scheme of a snapshot with its parameters, which the header of the slab says; null for a user's own. */
function choiceOf({ words }: Audit): SchemeChoice | null {
  const scheme = schemes.find(({ NUMBER }) => NUMBER === words[H_SCHEME]);
  if (scheme === undefined) return null;
  const [param0, param1] = [words[H_PARAM_0], words[H_PARAM_1]];
  return { scheme, spec: scheme.ID, name: scheme.ID, param0, param1, tagBits: words[H_TAG_BITS] };
}

async function fromTrace(file: string, step: number | null, module: string | null): Promise<AuditSubject> {
  const { trace, cut } = readTraceSoFar(file);
  const last = lastStep(trace.events)?.step ?? 0;
  if (step !== null && step > last) {
    throw new UsageError(`--step ${step} is too far: the trace ${file} has ${last} steps.`);
  }
  const choice = await chooseScheme(schemeOfTrace(file, trace.header, module).spec);
  // A scheme of one's own that cannot say it is told so here as everywhere.
  boundOf(choice, trace.header.threads);
  const mutant = trace.header.mutant === undefined ? null : visible(trace.header.mutant);
  const variant = await variantOf(trace.header);
  const under = [
    mutant === null ? '' : `, the mutant ${mutant}`,
    variant === null ? '' : `; variant: ${variant}`,
  ];
  const { step: at, leaked, retired } = blame(trace, step ?? Infinity);
  const audited = audit(wordsAt(trace, at), {
    ...trace,
    events: trace.events.filter((event) => event.step <= at),
  });
  return {
    of: `after step ${at} of ${last} of ${trace.header.subject}, ${trace.header.scheme}${under.join('')}`,
    step: at,
    audit: audited,
    losses: leaked,
    retained: retired,
    choice,
    events: trace.events.filter((event) => event.step <= at),
    show: namesOfValues(audited.geometry),
    variant,
    mutant,
    peak: mostUnreclaimed(trace, at),
    cut,
  };
}

/** What took the place of a part of the kernel in a recorded run. A trace that does not say so is known by its scenario. */
async function variantOf(header: TraceHeader): Promise<string | null> {
  if (header.v === TRACE_VERSION) return header.variant === undefined ? null : visible(header.variant);
  const scenario = scenarios.find(({ id }) => id === header.subject);
  if (scenario === undefined) return null;
  const found = scenario.cases.find(({ key }) => key === (header.case ?? splitSpec(header.scheme)[0]));
  const each = found ?? teachingCase(scenario);
  const url = each.variant ?? scenario.variant ?? null;
  return replacedIn(scenario, each, url === null ? {} : await loadVariant(url), url);
}

/** What an audit came to. */
export interface Judgement {
  readonly isBroken: boolean;
  /** In one sentence. */
  readonly sentence: string;
  readonly findings: readonly (Finding & { readonly charged: boolean })[];
}

/** Holds what the slab shows against what its scheme claims. */
export function judgeAudit({ audit: found, choice, events, variant, mutant }: AuditSubject): Judgement {
  const name = choice?.name ?? "this scheme of a user's own";
  const damage = damageIn(found, choice?.scheme.RECLAIMS ?? true, boundIn(found, choice));
  const since = events === null || choice === null ? null : abaAllowed(choice, events, found);
  // No scheme promises anything of a kernel in which a part was replaced.
  const broken = variant === null ? brokenBy(found, choice, damage, events, since) : [];
  const findings = damage.map((each) => ({ ...each, charged: broken.includes(each) }));
  const kinds = [...new Set(broken.map(({ kind }) => kind))].join(', ');
  const isBroken = broken.length > 0;
  const sentence = ((): string => {
    if (damage.length === 0) {
      const retired = found.leaked === 0 ? '' : `, or was retired, which ${name} never frees`;
      return `As claimed: every slot has one owner${retired}.`;
    }
    if (variant !== null)
      return `As claimed: no scheme promises anything of a variant of the kernel, and a variant did this: ${[...new Set(damage.map(({ kind }) => kind))].join(', ')}.`;
    const whose = alteredText(null, mutant);
    if (choice === null) return `Broken: ${name} claims that none of this can happen${whose}: ${kinds}.`;
    if (isBroken && mayBreak(choice))
      return `Broken: ${name} ${allowanceOf(claimsOf(choice.scheme).abaSafe)}, which this does not${whose}: ${kinds}.`;
    const structure = structureOf(found.geometry)?.structure;
    const unsafe = structure === undefined ? null : unsafeText(structure, choice);
    if (!isBroken && unsafe !== null) return `As claimed: ${unsafe}.`;
    const { name: mark } = markUnder(choice.scheme);
    const until = claimsOf(choice.scheme).abaSafe === 'yes' ? '' : ` until a ${mark} wraps`;
    if (isBroken) return `Broken: ${name} claims that none of this can happen${until}${whose}: ${kinds}.`;
    const promise = claimsOf(choice.scheme).abaSafe === 'no' ? '' : ` once its ${mark} has wrapped`;
    const cause =
      since === null
        ? 'this is damage that can follow from ABA: a snapshot does not show whether it did'
        : `this follows from step ${since}, where a word had come round`;
    return `As claimed: ${name} promises no safety${promise}, and ${cause}.`;
  })();
  return { isBroken, sentence, findings };
}

function brokenBy(
  { geometry }: Audit,
  choice: SchemeChoice | null,
  damage: readonly Finding[],
  events: readonly TraceEvent[] | null,
  since: number | null,
): readonly Finding[] {
  if (events !== null) return charged(damage, since);
  const structure = structureOf(geometry)?.structure;
  if (choice !== null && structure !== undefined && unsafeUnder(structure, choice) !== null)
    return charged(damage, 0);
  const mayFollow = choice !== null && mayBreak(choice);
  return mayFollow ? chargedUnnumbered(damage, geometry.threads, null) : damage;
}

/** The bound of the scheme, if it holds whatever has happened to the threads: a slab does not show which of them stand still. */
function boundIn({ geometry }: Audit, choice: SchemeChoice | null): number | null {
  if (choice === null || !survives(choice).stall || !survives(choice).death) return null;
  // The header says it also of a structure that is not loaded. Nobody has counted how many slots were inside at a time: at most all.
  const structure = { PROTECTIONS: geometry.protections, DUMMIES: 0 };
  return boundOf(choice, geometry.threads, structure, geometry.slots);
}
