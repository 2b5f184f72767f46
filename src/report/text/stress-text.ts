import { equation } from '../../judge/audit/audit.ts';
import {
  cardOfStructure,
  operationThat,
  puts,
  structureById,
  structureOperation,
  takes,
  usualStructure,
} from '../../laboratory/structures.ts';
import type { Finding } from '../../observe/trace.ts';
import { allowanceOf } from '../../judge/damage/allowed.ts';
import {
  type FlightEntry,
  type Garbage,
  type Hung,
  ORDER,
  type Stop,
  type StressResult,
} from '../../stress/result.ts';
import { showProduced } from '../../stress/values.ts';
import { alteredText } from '../../scenario/promise.ts';
import { verdictLines } from './audit-text.ts';
import { counted, listed, withCommas } from '../../counted.ts';
import { hang, wrap } from './columns.ts';
import { commandLines } from './command-lines.ts';
import { untilTagsWrap } from './tag-text.ts';
import type { Style } from './style.ts';

/** Operations of a thread, and threads, that the short flight recorder shows. */
const OPERATIONS = 6;
const THREADS = 4;
/** Findings that are told after the first. */
const MORE = 5;
/** The column in which text begins. */
const LABEL = 9;

const LEAKY = 'Leaked by design: every slot that was retired, and no other. Each round has a new slab.';

/** What came of a stress run: what was run, the first damage, the audit, and the verdict against the scheme's claims. */
export function stressText(result: StressResult, style: Style): string {
  const damaged = result.findings.length > 0 || result.failures.length > 0;
  return [
    ...headLines(result, style),
    ...stopLines(result, style),
    ...(damaged ? ['', ...damageLines(result, style), ...flightLines(result, style), ''] : []),
    ...auditLines(result, style),
    ...historyLines(result, style),
    ...verdictLine(result, style),
    ...(damaged ? againLines(result, style) : []),
  ].join('\n');
}

function row(label: string, text: string, style: Style): string[] {
  return hang(label.padEnd(LABEL), text, style.columns);
}

function headLines(result: StressResult, style: Style): string[] {
  const {
    scheme,
    structure,
    engine,
    threads,
    slots,
    cache,
    freeList,
    mix,
    keys,
    perturb,
    seed,
    operations,
    seconds,
    rounds,
    interrupted,
  } = result;
  const pauses = perturb ? ', short pauses at random steps' : '';
  const drawn = keys === null ? '' : ` of ${counted(keys, 'key')}`;
  const rate = seconds > 0 ? `, ${(operations / seconds / 1e6).toFixed(2)} M/s` : '';
  const of = structure === usualStructure.ID ? '' : `${structureById(structure).ID} under `;
  const early = interrupted ? '; interrupted' : '';
  const [first, ...rest] = row(
    'stress',
    `${of}${scheme}${engine === 'atomics' ? '' : ` on ${engine}`}, ${counted(threads, 'thread')}, ${counted(slots, 'slot')}${cache === 0 ? '' : `, caches of ${cache}`}${freeList === 'stack' ? '' : `, a ${freeList} as the free list`}, ${mix}${drawn}${pauses}; seed ${seed}`,
    style,
  );
  return [
    style.heading(first),
    ...rest,
    ...row(
      '',
      `${counted(operations, 'operation')} in ${seconds.toFixed(2)} s${rate}, ${counted(rounds, 'round')}${early}`,
      style,
    ),
  ];
}

const STOPPED: Readonly<Record<Stop['reason'], string>> = {
  stalled: 'was stopped for good',
  killed: 'was terminated',
  hung: 'was terminated',
  crashed: 'crashed',
};

const HUNG: Readonly<Record<Hung['because'], string>> = {
  watchdog: 'it had not come out, which is longer than the watchdog allows',
  damage: 'it had not come out, and the slab was damaged',
  interrupted: 'it had not come out, and the run was interrupted',
  watching: 'it stood still on purpose, to watch the others, and they did not come out',
};

function stopLines({ stops, missed, deliveredSince, halt }: StressResult, style: Style): string[] {
  const lines = stops.map((stop) => {
    const { thread, reason, operation, label, point, error, hung } = stop;
    const where = point ?? (label === null ? null : `last at ${label}`);
    const why = hung ? `after ${hung.ms} ms ${HUNG[hung.because]}.` : error;
    const inside = operation === null ? '' : ` in its ${operation}`;
    return `T${thread} ${STOPPED[reason]}${inside}${where === null ? '' : ` (${where})`}${why === null ? '.' : `: ${why}`}`;
  });
  if (deliveredSince !== null)
    lines.push(`After that the other threads received ${counted(deliveredSince, 'value')}.`);
  if (halt !== null) lines.push(halt);
  for (const point of missed)
    lines.push(`No thread reached ${point}: the run ended first, or the scheme has no such step.`);
  return lines.flatMap((line, i) => row(i === 0 ? 'stopped' : '', line, style));
}

function damageLines({ findings, failures }: StressResult, style: Style): string[] {
  const lines: string[] = [];
  for (const [i, finding] of findings.slice(0, 1 + MORE).entries()) {
    const where = [finding.thread === null ? '' : `T${finding.thread}`, finding.label ?? ''].filter(
      (part) => part !== '',
    );
    const head = `${finding.kind}${where.length === 0 ? '' : `, ${where.join(' ')}`}`;
    const line = i === 0 ? style.damage(`FIRST DAMAGE   ${head}`) : `  ${style.damage('!')} ${head}`;
    lines.push(...wrap(line, style.columns, '    '));
    lines.push(...notes(finding, i === 0 ? '  ' : '    ', style));
  }
  if (findings.length > 1 + MORE)
    lines.push(`  ${style.glyph.ellipsis} and ${findings.length - 1 - MORE} more`);
  for (const failure of failures)
    lines.push(...wrap(`${style.damage('CLAIM BROKEN')}   ${failure}`, style.columns, '  '));
  return lines;
}

function notes({ note }: Finding, indent: string, style: Style): string[] {
  return wrap(note, style.columns - indent.length).map((line) => indent + style.note(line));
}

function flightLines({ flight }: StressResult, style: Style): string[] {
  const threads = [...new Set(flight.map(({ thread }) => thread))];
  if (threads.length === 0) return [];
  const lines = threads.slice(0, THREADS).flatMap((thread) => {
    const own = flight.filter((entry) => entry.thread === thread);
    const text = own.slice(-OPERATIONS).map((entry) => entryText(entry, style));
    const from = own.at(-OPERATIONS) ?? own[0];
    return hang(`  T${thread} #${from.number}  `, text.join(` ${style.glyph.dot} `), style.columns);
  });
  const head = wrap(
    `${style.heading('FLIGHT')} the last operations of ${threads.length > 1 ? 'each thread, in its own order' : `T${threads[0]}`}`,
    style.columns,
    '  ',
  );
  const more = threads.length - THREADS;
  return [...head, ...lines, ...(more > 0 ? [`  ${style.glyph.ellipsis} and ${more} more threads`] : [])];
}

function entryText({ operation, outcome, value }: FlightEntry, { glyph }: Style): string {
  if (structureOperation(operation)?.keyed === true) {
    const call = `${operation} ${value ?? 0}`;
    return outcome === 'pending' ? `${call} ${glyph.ellipsis}` : `${call} ${glyph.gives} ${outcome}`;
  }
  const name = puts(operation) ? `${operation} ${showProduced(value ?? 0)}` : operation;
  if (outcome === 'pending') return `${name} ${glyph.ellipsis}`;
  if (puts(operation)) return outcome === 'ok' ? name : `${name} ${glyph.gives} ${outcome}`;
  return `${name} ${glyph.gives} ${value === null ? outcome : showProduced(value)}`;
}

function auditLines(result: StressResult, style: Style): string[] {
  const { audit, claims, findings, rounds } = result;
  const of = findings.length > 0 ? 'when the damage was seen' : `after round ${rounds}`;
  if (claims.reclaims || findings.length > 0) {
    return verdictLines({ of, audit, losses: [], retained: [], show: showProduced, all: false }, style);
  }
  return [
    ...wrap(`${style.heading('AUDIT')} ${of}`, style.columns, '  '),
    ...wrap(`  ${equation(audit, style)}`, style.columns, '    '),
    ...wrap(LEAKY, style.columns - 2).map((line) => `  ${style.faint(line)}`),
  ];
}

function historyLines(result: StressResult, style: Style): string[] {
  const { history, garbage, stops, looked } = result;
  const { conserved, ordered, enqueued, delivered, remaining, full, empty, gone, early } = history;
  const say = (good: boolean, yes: string, no: string): string => (good ? style.ok(yes) : style.damage(no));
  const lost = gone === 0 ? 'no value lost' : 'no other value lost';
  const verdicts = [
    ...(gone === 0 ? [] : [`${counted(gone, 'value')} may have gone with ${takersText(stops)}`]),
    say(conserved, `${lost}, none delivered twice`, 'values lost, delivered twice, or from nowhere'),
    say(ordered, orderText(result), 'order broken'),
  ];
  const unreturned =
    early === 0
      ? ''
      : `, ${early} more by ${withArticle(operationThat(cardIn(result), 'put'))} that never returned`;
  const missing = gone === 0 ? '' : `, ${gone} missing`;
  const isSet = cardIn(result).order === 'SET';
  const refused = isSet ? '' : `, empty ${withCommas(empty)}`;
  const counts = `${counted(enqueued, isSet ? 'key' : 'value')} in${unreturned}, ${withCommas(delivered)} out, ${withCommas(remaining)} left${missing}; full ${withCommas(full)}${refused}`;
  return [
    ...row('history', verdicts.join(` ${style.glyph.dot} `), style),
    ...row('', counts, style),
    ...row('garbage', garbageText(garbage), style),
    ...lookedLines(looked, style),
  ];
}

/** Of which values it was seen that their order is kept. */
function orderText(result: StressResult): string {
  if (cardIn(result).order === 'FIFO') return 'order kept across all threads';
  const judged = result.looked.find(({ what }) => what === ORDER)?.times ?? 0;
  return `order kept in ${counted(judged, 'timed operation')}`;
}

function cardIn({ structure }: StressResult): ReturnType<typeof cardOfStructure> {
  return cardOfStructure(structureById(structure));
}

/** `an enqueue`, `a push`. */
function withArticle(name: string): string {
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** The threads that stopped in a dequeue: `T2, which was terminated in its dequeue`. */
function takersText(stops: readonly Stop[]): string {
  const takers = stops.filter(({ operation }) => operation !== null && takes(operation));
  return listed(
    takers.map(({ thread, reason, operation }) => `T${thread}, which ${STOPPED[reason]} in its ${operation}`),
  );
}

/** What the run looked for and how often, and what it did not look for and why. */
function lookedLines(looked: StressResult['looked'], style: Style): string[] {
  const seen = looked.filter(({ not }) => not === null);
  const unseen = looked.filter(({ not }) => not !== null);
  const times = seen.map(({ what, times: many, unit }) => `${what} (${counted(many, unit)})`);
  const whys = unseen.map(({ what, not }) => `${what} (${not})`);
  return [
    ...row('looked', style.faint(`for ${times.join(', ')}`), style),
    ...(whys.length === 0 ? [] : row('', style.note(`not judged: ${whys.join(', ')}`), style)),
  ];
}

function garbageText({ peak, bound, seen, skipped, isExcused }: Garbage): string {
  const most = `${counted(peak, 'unreclaimed slot')} at most`;
  if (bound !== null) {
    const when =
      skipped && bound > 0 ? '; while threads left and joined, looked at between rounds alone' : '';
    return `${most}, ${seen === 'bounded' ? 'within' : 'beyond'} the bound of ${withCommas(bound)}${when}${isExcused ? ', which is not asked of a damaged slab' : ''}`;
  }
  if (seen === null) return `${most}; the scheme promises no bound`;
  return seen === 'unbounded'
    ? `${most}, and at the end nothing was freed any more: unbounded`
    : `${most}; slots were freed until the end, although the scheme promises no bound`;
}

function verdictLine(result: StressResult, style: Style): string[] {
  if (result.verdict === 'broken') return row('verdict', style.damage(brokenText(result)), style);
  return row('verdict', style.ok(keptText(result)), style);
}

/** Names what breaks a claim. */
function brokenText(result: StressResult): string {
  const { claims, damageAllowed, findings, failures, variant } = result;
  const kinds = [...new Set(findings.filter(({ charged }) => charged).map(({ kind }) => kind))].join(', ');
  const claim = failures.length === 0 ? '' : 'a claim is broken, as told above';
  if (kinds === '') return `BROKEN: ${claim}`;
  const rest = claim === '' ? '' : `; and ${claim}`;
  const whose = alteredText(variant ?? null);
  // A structure that takes no slots owes nothing to a scheme.
  const claimer = cardIn(result).roots.length === 0 ? 'structure claims' : 'scheme promises';
  if (!damageAllowed) return `BROKEN: the ${claimer} that this cannot happen${whose}: ${kinds}${rest}`;
  return `BROKEN: the scheme ${allowanceOf(claims.abaSafe)}, which this does not${whose}: ${kinds}${rest}`;
}

function keptText(result: StressResult): string {
  const { claims, damageAllowed, unsafe, findings, tagBits, cameRound, audit } = result;
  if (unsafe !== undefined)
    return `as claimed: ${unsafe}${findings.length === 0 ? ', and nothing was seen this time' : ''}`;
  if (!damageAllowed) return ['as claimed', ...untilTagsWrap(audit.geometry)].join('; ');
  const promise =
    claims.abaSafe === 'no' ? 'it promises no safety from ABA' : `a tag of ${tagBits} bits wraps too soon`;
  if (findings.length === 0) return `as claimed: ${promise}, and nothing was seen this time`;
  if (cameRound.first === null) return `as claimed: ${promise}`;
  const { thread, label, slot } = cameRound.first;
  return `as claimed: ${promise}, and T${thread}'s ${label} succeeded on a word about slot ${slot} as it had been read, although the slot was in another life by then`;
}

function againLines({ again }: StressResult, style: Style): string[] {
  const free = style.faint('Free threads cannot be replayed; this line starts a similar run:');
  return [...row('again', free, style), ...commandLines(' '.repeat(LABEL), again, style.columns)];
}
