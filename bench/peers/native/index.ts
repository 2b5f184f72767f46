/**
 * What a C++ programmer would pick: a plain reference with the same layout and the same steps as the lab, and the queues, rings, stacks and
 * the hash set of three libraries, where their Debian packages are present. Compiled when they are first measured.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaintOf, geometryFor } from '../../../src/bench/scheme-contender.ts';
import type { Conditions, NativeContender, Session } from '../../../src/bench/contender.ts';
import { isOfSets, MANY, type Workload } from '../../../src/bench/workloads.ts';
import type { SchemeChoice } from '../../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../../src/laboratory/shared.ts';
import { UsageError } from '../../../src/errors.ts';
import { build, type Built, type Recipe } from './build.ts';
import { NativeSession } from './session.ts';

const REFERENCE: Recipe = { name: 'reference', needs: null, flags: [], libraries: [] };
/** The reference with the bookkeeping that only the auditor reads. */
const WITH_ACCOUNTING: Recipe = { ...REFERENCE, flags: ['-DACCOUNTING=1'] };
/** Headers that are C. */
const C_HEADERS = ['-fpermissive', '-w'];

/** The schemes that the reference is written for. */
const REFERENCED: readonly string[] = ['tagged', 'hazard-pointers', 'epochs'];

/** A structure of a library: what it is, and how it is made. */
interface Library extends Recipe {
  readonly title: string;
  /** The order in which its values come out, as a card says it. */
  readonly order: 'FIFO' | 'LIFO' | 'SET';
  /** Of a queue: the scheme of the lab that its own is of, by which --targets compares them. */
  readonly scheme?: string;
  /** True of one that is for one producer and one consumer. */
  readonly isOneToOne?: true;
}

const BOOST = { name: 'boost', libraries: [] };
const CK = { name: 'ck', libraries: ['ck'] };
const URCU = { name: 'urcu', libraries: ['urcu-cds', 'urcu'] };
const fromBoost = (file: string): Recipe['needs'] => ({
  header: `boost/lockfree/${file}.hpp`,
  package: 'libboost-dev',
});
const fromCk = (file: string): Recipe['needs'] => ({ header: `${file}.h`, package: 'libck-dev' });
const fromUrcu = (file: string): Recipe['needs'] => ({ header: `urcu/${file}.h`, package: 'liburcu-dev' });

const LIBRARIES: readonly Library[] = [
  {
    ...BOOST,
    title: 'boost::lockfree::queue',
    order: 'FIFO',
    scheme: 'tagged',
    needs: fromBoost('queue'),
    flags: [],
  },
  {
    ...CK,
    title: 'ck_hp_fifo',
    order: 'FIFO',
    scheme: 'hazard-pointers',
    needs: fromCk('ck_hp_fifo'),
    flags: C_HEADERS,
  },
  {
    ...URCU,
    title: 'rculfqueue',
    order: 'FIFO',
    scheme: 'epochs',
    needs: fromUrcu('rculfqueue'),
    flags: C_HEADERS,
  },
  {
    ...URCU,
    title: 'rculfqueue (qsbr)',
    order: 'FIFO',
    scheme: 'qsbr',
    needs: fromUrcu('rculfqueue'),
    flags: [...C_HEADERS, '-DQUIESCENT=1'],
    libraries: ['urcu-cds', 'urcu-qsbr'],
  },
  {
    ...CK,
    name: 'ck-epoch',
    title: 'ck_fifo_mpmc (ck_epoch)',
    order: 'FIFO',
    scheme: 'epochs',
    needs: fromCk('ck_epoch'),
    flags: C_HEADERS,
  },
  {
    ...BOOST,
    title: 'boost::lockfree::spsc_queue',
    order: 'FIFO',
    isOneToOne: true,
    needs: fromBoost('spsc_queue'),
    flags: ['-DONE_TO_ONE=1'],
  },
  {
    ...CK,
    title: 'ck_ring',
    order: 'FIFO',
    needs: fromCk('ck_ring'),
    flags: [...C_HEADERS, '-DRING=1'],
  },
  {
    ...CK,
    title: 'ck_ring (spsc)',
    order: 'FIFO',
    isOneToOne: true,
    needs: fromCk('ck_ring'),
    flags: [...C_HEADERS, '-DRING=1', '-DONE_TO_ONE=1'],
  },
  {
    ...BOOST,
    title: 'boost::lockfree::stack',
    order: 'LIFO',
    needs: fromBoost('stack'),
    flags: ['-DSTACK=1'],
  },
  {
    ...CK,
    title: 'ck_stack',
    order: 'LIFO',
    needs: fromCk('ck_stack'),
    flags: [...C_HEADERS, '-DSTACK=1'],
  },
  {
    ...URCU,
    title: 'lfstack',
    order: 'LIFO',
    needs: fromUrcu('lfstack'),
    flags: [...C_HEADERS, '-DSTACK=1'],
  },
  {
    ...URCU,
    title: 'rculfhash',
    order: 'SET',
    needs: fromUrcu('rculfhash'),
    flags: [...C_HEADERS, '-DHASH=1'],
  },
];

/** A program that can be measured, or why there is none. */
export type Native = { readonly program: NativeContender } | { readonly missing: string };

/** Why a program cannot take part; null if it can. */
function refusalOf(
  { order, isOneToOne }: Pick<Library, 'order' | 'isOneToOne'>,
  workload: Workload,
  threads: number,
  { think = false, prefill = 0, roles, payload }: Partial<Conditions>,
): string | null {
  if (isOfSets(workload) !== (order === 'SET'))
    return `it is ${order === 'SET' ? 'a set of keys' : 'no set of keys'}`;
  if (think) return 'the native programs do not think';
  if (roles !== undefined || payload !== undefined)
    return 'the native programs have as many producers as consumers, and nothing that comes with a value';
  if (workload === 'long-readers') return 'the native programs draw all keys alike';
  if (isOfSets(workload)) return null;
  if (workload !== 'pairs' && workload !== 'producers-consumers')
    return 'the native programs have pairs and producers-consumers only';
  if (prefill > 0) return 'the native programs do not begin with values';
  const isAlone = workload === 'pairs' ? threads === 1 : threads === 2;
  return isOneToOne === true && !isAlone ? 'it is for one producer and one consumer' : null;
}

function argumentsOf(conditions: Conditions, many: number): string[] {
  const { workload, threads, capacity, think, prefill, keys = 0, seed } = conditions;
  if (think || (prefill > 0 && keys === 0)) {
    throw new UsageError(
      'The native programs neither think nor begin with values: leave --think and --prefill off.',
    );
  }
  return [workload, ...[threads, capacity, many, keys, prefill, seed].map(String)];
}

function nativeOf(
  built: Built,
  { title, ...kind }: Pick<Library, 'title' | 'order' | 'isOneToOne'>,
  open: (program: string, contender: NativeContender, conditions: Conditions) => Session,
): Native {
  if ('missing' in built) return { missing: `${title} is left out: ${built.missing}.` };
  const contender: NativeContender = {
    engine: 'peer',
    scheme: title,
    refusal: (workload, threads, more = {}) => refusalOf(kind, workload, threads, more),
    open: (conditions) => Promise.resolve(open(built.program, contender, conditions)),
  };
  return { program: contender };
}

/** How the reference is to be. */
interface ReferenceOptions {
  /** In the order of contenders that make many operations with one call. */
  readonly batched?: boolean;
  /** With the bookkeeping that only the auditor reads. */
  readonly accounting?: boolean;
  /** Ends the compiler. */
  readonly signal?: AbortSignal;
}

/** The plain reference under a scheme: on the words that the lab has laid out, which the auditor goes over at the end. */
export async function reference(
  choice: SchemeChoice,
  { batched = false, accounting = false, signal }: ReferenceOptions = {},
): Promise<Native> {
  const title = ['c++', ...(accounting ? ['with accounting'] : []), ...(batched ? ['batched'] : [])].join(
    ' ',
  );
  const { ID } = choice.scheme;
  if (!REFERENCED.includes(ID))
    return {
      missing: `${choice.name} (${title}) is left out: the reference is written for ${REFERENCED.join(', ')}, and not for ${ID}.`,
    };
  return nativeOf(
    await build(accounting ? WITH_ACCOUNTING : REFERENCE, signal),
    { title: `${choice.name} (${title})`, order: 'FIFO' },
    (program, contender, conditions) => {
      const { threads, capacity } = conditions;
      const buffer = createBuffer(geometryFor(choice, { threads, capacity }), choice);
      const folder = mkdtempSync(join(tmpdir(), 'lockfree-lab-'));
      const file = join(folder, 'words');
      writeFileSync(file, Buffer.from(new Uint8Array(buffer)));
      const command = [
        program,
        ...argumentsOf(conditions, batched ? MANY : 1),
        file,
        choice.scheme.ID,
      ] as const;
      return new NativeSession(contender, conditions, command, {
        complaint: () => complaintOf(attachWords(wordsIn(file)), true, accounting),
        remove: () => rmSync(folder, { recursive: true, force: true }),
      });
    },
  );
}

function wordsIn(file: string): ArrayBuffer {
  return new Uint8Array(readFileSync(file)).buffer;
}

/** The queues of libraries with the scheme, in the order in which they are told. */
export function libraries(scheme: string, signal?: AbortSignal): Promise<Native[]> {
  const found = LIBRARIES.filter((each) => each.scheme === scheme);
  return Promise.all(found.map((each) => programOf(each, signal)));
}

/**
 * All programs that do what structures of these orders do: the reference under those of the schemes that it is written for, and
 * the libraries.
 */
export async function programsFor(
  orders: readonly string[],
  choices: readonly SchemeChoice[],
  signal?: AbortSignal,
): Promise<Native[]> {
  const found: Native[] = [];
  const referenced = choices.filter(({ scheme }) => REFERENCED.includes(scheme.ID));
  for (const choice of orders.includes('FIFO') ? referenced : [])
    found.push(await reference(choice, signal === undefined ? {} : { signal }));
  for (const each of LIBRARIES) if (orders.includes(each.order)) found.push(await programOf(each, signal));
  return found;
}

async function programOf(of: Library, signal?: AbortSignal): Promise<Native> {
  const { name, needs, flags, libraries: linked } = of;
  return nativeOf(
    await build({ name, needs, flags, libraries: linked }, signal),
    of,
    (program, contender, conditions) =>
      new NativeSession(contender, conditions, [program, ...argumentsOf(conditions, 1)]),
  );
}
