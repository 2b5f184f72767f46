import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ContenderName, isDecided, type JudgedTarget } from '../../bench/targets/targets.ts';
import { targetsText } from '../../bench/targets/text.ts';
import { counted, listed } from '../../src/counted.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { extentOf, markdownTable, recordedOn } from './table.ts';

/** What a run of `bench --targets` has judged: bench/figures.ts keeps it. */
interface RecordedTargets {
  /** The day of the run, in ISO 8601. */
  readonly recorded: string;
  /** The processor, the system and the versions of Node and V8. */
  readonly machine: string;
  /** Milliseconds of a repetition. */
  readonly roundMs: number;
  readonly targets: readonly JudgedTarget[];
}

const FILE = join(import.meta.dirname, '../../bench/targets.json');

function recordedTargets(): RecordedTargets {
  return JSON.parse(readFileSync(FILE, 'utf8')) as RecordedTargets;
}

/** All of them, as the command prints them. */
export function targetsBlock({ targets }: RecordedTargets = recordedTargets()): string {
  return `\`\`\`\n${targetsText(targets, plainStyle({ columns: 120 }))}\n\`\`\``;
}

/** The heading of bench/TRIED.md that says why such a target is missed, and what was tried. */
const REASONS: readonly (readonly [
  heading: string,
  of: (contender: string, rival: string, threads: number) => boolean,
])[] = [
  ['Ring', (contender) => contender.startsWith('vyukov-ring')],
  ['Chains', (contender) => contender.endsWith('-chained`')],
  ['One thread on `wasm`', (_, rival, threads) => rival.startsWith('the reference') && threads === 1],
  ['Contention and far cores', (_, rival) => rival.startsWith('the reference')],
  ['The price of `Atomics`', (contender) => contender === '`atomics`'],
  ['The mutex queue', (_, rival) => rival === 'mutex-queue'],
  ['ringbuf.js and postMessage', (_, rival) => rival === 'ringbuf.js' || rival === 'postMessage'],
  ['Libraries, and hazards that linger', () => true],
];

const isOwn = ({ engine }: ContenderName): boolean => engine !== 'peer';
const fullName = ({ engine, scheme, structure }: ContenderName): string =>
  `${structure ?? scheme} (\`${engine}\`)`;

/** The two sides of a comparison, without the scheme where it is the same on both. */
function sidesOf({ contender, rival }: JudgedTarget): [contender: string, rival: string] {
  const isOther = isOwn(rival) && contender.scheme !== rival.scheme;
  const own = contender.structure !== undefined || isOther ? fullName(contender) : `\`${contender.engine}\``;
  if (isOwn(rival))
    return [
      own,
      rival.scheme === contender.scheme && rival.structure === contender.structure
        ? `\`${rival.engine}\``
        : fullName(rival),
    ];
  const reference = /\(c\+\+(?<batched> batched)?\)$/.exec(rival.scheme);
  if (reference !== null)
    return [own, `the reference${reference.groups?.['batched'] === undefined ? '' : ', batched'}`];
  return [own, rival.scheme];
}

function keyOf(target: JudgedTarget): string {
  return [...sidesOf(target), target.kind].join('|');
}

/** What is asked, and how much of it is met: a row for each pair of sides and each place of the cores, and the heading of the reasons where something is missed. */
export function missedTable(
  { recorded, machine, roundMs, targets }: RecordedTargets = recordedTargets(),
): string {
  const rows = [...new Set(targets.map(keyOf))].map((key) => {
    const group = targets.filter((each) => keyOf(each) === key);
    const [contender, rival] = sidesOf(group[0]!);
    const asked = [...new Set(group.map(({ ahead, least }) => `${ahead ? '>' : '≥'} ${least}`))];
    const threads = [...new Set(group.map((each) => each.threads))].toSorted((a, b) => a - b);
    const ratios = group.map(({ ratio }) => ratio);
    const met = group.filter(({ isMet }) => isMet).length;
    const unsure = group.filter(({ isSure }) => !isSure).length;
    const [heading] = REASONS.find(([, of]) => of(contender, rival, threads[0]!))!;
    return [
      contender,
      rival,
      listed(threads.map(String)),
      group[0]!.kind,
      asked.join(', '),
      extentOf(ratios),
      isDecided(group[0]!)
        ? `${met} of ${group.length}${unsure === 0 ? '' : `, ${unsure} not sure`}`
        : 'undecided',
      met === group.length && isDecided(group[0]!) ? '' : `[${heading}](TRIED.md#${anchorOf(heading)})`,
    ];
  });
  const head = [
    'contender',
    'compared with',
    'threads',
    'cores',
    'asked',
    'ratios',
    'met',
    'why not, and what was tried',
  ];
  const decided = targets.filter(isDecided);
  const all = decided.filter(({ isMet }) => isMet).length;
  const repetitions = targets.map((each) => each.repetitions);
  return [
    markdownTable(head, rows),
    '',
    `${all} of ${counted(decided.length, 'target')} are met. ${recordedOn(recorded, machine)}; ${Math.min(...repetitions)} to ${Math.max(...repetitions)} pairs of repetitions of ${roundMs} ms each.`,
  ].join('\n');
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
