import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Figures, PLAIN } from '../../dist/src/bench/figures.js';
import { USUAL_ROLES } from '../../dist/src/bench/workloads.js';
import { chooseScheme } from '../../dist/src/laboratory/registry.js';
import { AT_REST, ControlBlock, WORKER_GONE, PARKED, RUNNING } from '../../dist/src/threads/control-block.js';
import { type WorkerJob, Rounds } from '../../dist/src/threads/rounds.js';

const MODULE = new URL('parking.mjs', import.meta.url).href;
const SOON = { pauseMs: 1 };

/** Workers of a benchmark, each of which does the same in its tenth operation, and never again. */
async function started(does: readonly string[], quota = 1000): Promise<Rounds> {
  const figures = Figures.create(does.length);
  const task = {
    workload: 'pairs',
    think: false,
    seed: 1,
    exhausts: false,
    batched: false,
    rests: false,
    keys: 0,
    roles: USUAL_ROLES,
    payload: 0,
  };
  const jobs = does.map((state): WorkerJob => ({
    job: { figures: figures.buffer, module: MODULE, parts: [state], task, payloads: null },
  }));
  figures.open(PLAIN, quota);
  const rounds = await Rounds.start('bench', ControlBlock.create(does.length), jobs);
  onTestFinished(() => rounds.end());
  await rounds.rest(() => false, SOON);
  return rounds;
}

/** Begins a round and says which threads stopped in it; gives up when only `busy` are left. */
async function round(rounds: Rounds, busy: readonly number[] = []): Promise<unknown[]> {
  const stopped: unknown[] = [];
  rounds.begin();
  await rounds.rest(() => {
    stopped.push(...rounds.noticeStops());
    return rounds.busy().join() === busy.join();
  }, SOON);
  return stopped;
}

describe('rounds', () => {
  test('begin with all threads and end with all of them at rest, again and again', async () => {
    const rounds = await started(['nothing', 'nothing']);
    for (let i = 0; i < 3; i++) {
      expect([await round(rounds), rounds.present(), rounds.busy()]).toEqual([[], [1, 2], []]);
    }
    expect([1, 2].map((thread) => rounds.control.state(thread))).toEqual([AT_REST, AT_REST]);
  });

  test('are under way from the moment at which they begin until they are stopped', async () => {
    const rounds = await started(['nothing', 'nothing'], 2 ** 30);
    rounds.begin();
    expect([rounds.busy(), rounds.control.isStopping]).toEqual([[1, 2], false]);
    rounds.control.stop();
    await rounds.rest(() => false, SOON);
    expect(rounds.busy()).toEqual([]);
  });

  test('go on without a thread that came to its point, and with nobody waiting for it', async () => {
    const rounds = await started(['nothing', 'park']);
    expect(await round(rounds)).toEqual([{ thread: 2, error: null }]);
    expect([rounds.present(), rounds.control.state(2)]).toEqual([[1], PARKED]);
    expect(await round(rounds)).toEqual([]);
    await rounds.kill(2);
    expect(await round(rounds)).toEqual([]);
    expect([1, 2].map((thread) => rounds.control.state(thread))).toEqual([AT_REST, PARKED]);
  });

  test('go on without a thread that crashed, and say why it did', async () => {
    const rounds = await started(['crash', 'nothing']);
    expect(await round(rounds)).toMatchObject([{ thread: 1, error: { message: 'planted' } }]);
    expect([rounds.present(), rounds.control.state(1)]).toEqual([[2], WORKER_GONE]);
    expect(await round(rounds)).toEqual([]);
  });

  test('go on without a thread that does not come out and is killed', async () => {
    const rounds = await started(['spin', 'nothing']);
    expect(await round(rounds, [1])).toEqual([]);
    expect(rounds.control.state(1)).toBe(RUNNING);
    await rounds.kill(1);
    expect([await round(rounds), rounds.present(), rounds.control.state(1)]).toEqual([[], [2], WORKER_GONE]);
  });
});

test('a worker that is given what it cannot read says which member that is, and code of a user is not blamed', async () => {
  await chooseScheme(fileURLToPath(new URL('../variants/latched.mjs', import.meta.url)));
  const figures = Figures.create(1);
  const job = {
    figures: figures.buffer,
    module: MODULE,
    parts: [],
    task: { workload: 'nap' },
    payloads: null,
  };
  await expect(Rounds.start('bench', ControlBlock.create(1), [{ job }])).rejects.toThrow(
    /^A worker of a benchmark was given a wrong "task\.workload": /,
  );
});
