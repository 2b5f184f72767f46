import { MessagePort } from 'node:worker_threads';
import * as v from 'valibot';
import { UsageError } from '../../errors.ts';
import { fitting } from '../../host/worker-data.ts';
import type { ControlBlock } from '../../threads/control-block.ts';
import type { AnyCheck } from '../any-check.ts';
import { asynchronousThere } from '../asynchronous/refusals.ts';
import { CheckedProgram } from '../checked-program.ts';
import type { Observation } from '../observe-types.ts';
import { isObject } from '../options.ts';
import { thrownText } from '../text.ts';
import { isThenable } from '../misuse.ts';
import { assertReal } from './asked.ts';
import { liveObjects } from './live.ts';
import { checkIn, HOOK, type Hook } from './module.ts';
import type { ThreadEnd } from './outcome.ts';
import { RealRounds, SIZE } from './rounds.ts';

/** What a worker thread of an observation is given. */
export interface ObservationJob {
  /** The URL of the module with the check. */
  readonly module: string;
  /** The name by which the module exports the check; null if a call of `observe` in the module is given it. */
  readonly name: string | null;
  /** Which of the calls of `observe` for this module that is, from 0. */
  readonly number: number;
  /** What earlier calls came to: module, number, result. */
  readonly earlier: readonly (readonly [module: string, number: number, result: Observation])[];
  /** The words by which the threads meet in a batch of rounds. */
  readonly meeting: Int32Array;
  readonly buffers: readonly SharedArrayBuffer[];
  /** Where the leader of a round copies all memory at its end, one round after the other. */
  readonly log: SharedArrayBuffer;
  /** Where it says what it came to. */
  readonly port: MessagePort;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const OBSERVATION_JOB: v.GenericSchema<unknown, ObservationJob> = v.strictObject({
  module: v.string(),
  name: v.nullable(v.string()),
  number: whole,
  earlier: v.array(v.strictTuple([v.string(), whole, v.custom<Observation>(isObject)])),
  meeting: v.instance(Int32Array),
  buffers: v.array(v.instance(SharedArrayBuffer)),
  log: v.instance(SharedArrayBuffer),
  port: v.instance(MessagePort),
});

/** What a worker thread posts: how its body ended in each round of a batch; or why it cannot go on. */
export type FromThread = { readonly ends: readonly ThreadEnd[] } | { readonly refused: string };

/** Gets a thread ready for its batches: it loads the module, and makes rounds as often as it is asked to. */
export async function prepareObservation(
  data: unknown,
  _control: ControlBlock,
  thread: number,
): Promise<() => void> {
  const job = fitting(OBSERVATION_JOB, data, 'A worker of an observation was given');
  const post = (message: FromThread): void => job.port.postMessage(message);
  const refuse = (error: unknown): void => post({ refused: refusalText(error, thread) });
  const prepared = async (): Promise<() => void> => {
    try {
      return preparedFor(job, thread - 1, await found(job), post);
    } catch (error) {
      refuse(error);
      throw error;
    }
  };
  const batch = await prepared();
  return () => {
    try {
      batch();
    } catch (error) {
      refuse(error);
    }
  };
}

/** The check in the module: what it exports, or what it gives to its call of `observe` with the same number. */
async function found({ module, name, number, earlier }: ObservationJob): Promise<AnyCheck> {
  const here = new Promise<AnyCheck>((resolve) => {
    const counts = new Map<string, number>();
    const hook: Hook = (of, check) => {
      const nth = counts.get(of) ?? 0;
      counts.set(of, nth + 1);
      if (name === null && of === module && nth === number) resolve(check);
      const known = earlier.find(([url, place]) => url === of && place === nth);
      // A call whose result is not known yet has none here: the thread belongs to this observation.
      return known === undefined ? new Promise(() => {}) : Promise.resolve(known[2]);
    };
    Reflect.set(globalThis, HOOK, hook);
  });
  const loaded = load(module).then((namespace) => {
    if (name !== null) return checkIn(namespace, module, name);
    throw new UsageError(
      `A worker thread has loaded ${module}, and did not come to this call of observe there: it stands in a function or in a test. Export the check from a module of its own, and name it: observe({ module: new URL("./checks.mjs", import.meta.url), export: "mine" }).`,
    );
  });
  return Promise.race([here, loaded]);
}

async function load(module: string): Promise<Record<string, unknown>> {
  try {
    return (await import(module)) as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(
      `A worker thread cannot load ${module} (${thrownText(error)}): let "module" be a file that Node can import as it is, with the check in it.`,
      { cause: error },
    );
  }
}

/** @param thread counted from 1 */
function refusalText(error: unknown, thread: number): string {
  return error instanceof UsageError ? error.message : `T${thread} cannot be run: ${thrownText(error)}`;
}

/**
 * Everything for a batch of rounds of one thread.
 *
 * @param thread counted from 0
 */
function preparedFor(
  { meeting, buffers, log }: ObservationJob,
  thread: number,
  check: AnyCheck,
  post: (message: FromThread) => void,
): () => void {
  assertReal(check);
  const program = new CheckedProgram(check);
  const sizes = program.memory.regions.map(({ bytes }) => bytes.length);
  if (sizes.join() !== buffers.map(({ byteLength }) => byteLength).join())
    throw new UsageError(
      `The module makes another check on a worker thread than where observe was called: its memory has ${sizes.join(' and ')} bytes there. Let it make the same one each time.`,
    );
  const held = check.threads.map((each) => 'waitsForStart' in each && each.waitsForStart === true);
  const rounds = new RealRounds(meeting, thread, held, (refused) => post({ refused }));
  const live = buffers.map((buffer) => new Uint8Array(buffer));
  const before = program.memory.regions.map(({ bytes }) => bytes);
  const body = bodyOf(program, thread, rounds, liveObjects(program, buffers));
  const logged = new Uint8Array(log);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const round = (nth: number): ThreadEnd => {
    // What `make` writes must not come before the memory of the last round is logged, nor after it is set back for this one.
    if (check.make !== undefined) rounds.meet();
    const run = body();
    rounds.meet();
    if (rounds.isLeader) {
      for (const [i, content] of before.entries()) live[i].set(content);
      rounds.reset();
    }
    rounds.meet();
    rounds.aim();
    const isStarted = !held[thread] || rounds.awaitStart();
    const end = isStarted ? run() : {};
    if (isStarted) rounds.end();
    rounds.meet();
    if (rounds.isLeader) {
      let at = nth * bytes;
      for (const content of live) {
        logged.set(content, at);
        at += content.length;
      }
      rounds.done();
    }
    return end;
  };
  return () => {
    const ends: ThreadEnd[] = [];
    for (let nth = 0; nth < Atomics.load(meeting, SIZE); nth++) ends.push(round(nth));
    try {
      post({ ends });
    } catch (error) {
      throw new UsageError(
        `T${thread + 1} returns what cannot be sent from a worker thread (${thrownText(error)}): let it return numbers, strings, and lists or objects of them.`,
      );
    }
  };
}

/** Makes the objects of a round, and returns what runs the body over them. */
function bodyOf(
  program: CheckedProgram,
  thread: number,
  rounds: RealRounds,
  make: () => unknown,
): () => () => ThreadEnd {
  const code = program.codes[thread];
  const operations = program.check.operations ?? {};
  return () => {
    const shared = make() as never;
    const given = rounds.thread((name, argument) => {
      if (!Object.hasOwn(operations, name)) rounds.refuse(`There is no operation "${name}".`);
      return operations[name](shared, argument, given);
    });
    return () => {
      try {
        const result =
          typeof code === 'function'
            ? code(shared, given)
            : code.map(([name, argument]) => given.call(name, argument));
        if (isThenable(result)) {
          void Promise.resolve(result).catch(() => {});
          rounds.refuse(asynchronousThere(thread + 1));
        }
        return result === undefined ? {} : { result: copyOf(result) };
      } catch (error) {
        return { thrown: thrownText(error) };
      }
    };
  };
}

/** A view of shared memory is copied, since the next round changes what it shows. */
function copyOf(result: unknown): unknown {
  const isView = ArrayBuffer.isView(result) && result.buffer instanceof SharedArrayBuffer;
  return isView && 'slice' in result ? (result as Uint8Array).slice() : result;
}
