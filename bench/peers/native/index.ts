/**
 * What a C++ programmer would pick: a plain reference with the same layout and the same steps as the lab, and the queues of three
 * libraries, where their Debian packages are present. Compiled when they are first measured.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaintOf, geometryFor } from '../../../src/bench/scheme-contender.ts';
import type { Conditions, NativeContender, Session } from '../../../src/bench/contender.ts';
import { MANY, type Workload } from '../../../src/bench/workloads.ts';
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

const LIBRARIES: readonly (Recipe & { readonly title: string; readonly scheme: string })[] = [
  {
    name: 'boost',
    title: 'boost::lockfree::queue',
    scheme: 'tagged',
    needs: { header: 'boost/lockfree/queue.hpp', package: 'libboost-dev' },
    flags: [],
    libraries: [],
  },
  {
    name: 'ck',
    title: 'ck_hp_fifo',
    scheme: 'hazard-pointers',
    needs: { header: 'ck_hp_fifo.h', package: 'libck-dev' },
    flags: C_HEADERS,
    libraries: ['ck'],
  },
  {
    name: 'urcu',
    title: 'rculfqueue',
    scheme: 'epochs',
    needs: { header: 'urcu/rculfqueue.h', package: 'liburcu-dev' },
    flags: C_HEADERS,
    libraries: ['urcu-cds', 'urcu'],
  },
  {
    name: 'urcu',
    title: 'rculfqueue (qsbr)',
    scheme: 'qsbr',
    needs: { header: 'urcu/rculfqueue.h', package: 'liburcu-dev' },
    flags: [...C_HEADERS, '-DQUIESCENT=1'],
    libraries: ['urcu-cds', 'urcu-qsbr'],
  },
  {
    name: 'ck-epoch',
    title: 'ck_fifo_mpmc (ck_epoch)',
    scheme: 'epochs',
    needs: { header: 'ck_epoch.h', package: 'libck-dev' },
    flags: C_HEADERS,
    libraries: ['ck'],
  },
];

/** A program that can be measured, or why there is none. */
export type Native = { readonly program: NativeContender } | { readonly missing: string };

function refusal(workload: Workload): string | null {
  return workload === 'pairs' || workload === 'producers-consumers'
    ? null
    : 'the native programs have pairs and producers-consumers only';
}

function argumentsOf({ workload, threads, capacity, think, prefill }: Conditions, many: number): string[] {
  if (think || prefill > 0) {
    throw new UsageError(
      'The native programs neither think nor begin with values: leave --think and --prefill off.',
    );
  }
  return [workload, String(threads), String(capacity), String(many)];
}

function nativeOf(
  built: Built,
  title: string,
  open: (program: string, contender: NativeContender, conditions: Conditions) => Session,
): Native {
  if ('missing' in built) return { missing: `${title} is left out: ${built.missing}.` };
  const contender: NativeContender = {
    engine: 'peer',
    scheme: title,
    refusal,
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
    `${choice.name} (${title})`,
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
  const recipes = LIBRARIES.filter((each) => each.scheme === scheme);
  return Promise.all(
    recipes.map(async ({ title, ...how }) =>
      nativeOf(await build(how, signal), title, (program, contender, conditions) => {
        return new NativeSession(contender, conditions, [program, ...argumentsOf(conditions, 1)]);
      }),
    ),
  );
}
