import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { threadsAhead } from '../../src/cli/commands/all.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { endSpares, startAhead } from '../../src/engines/stepper.ts';
import { Crew } from '../../src/host/crew.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { staged } from './staged.ts';

const start = vi.spyOn(Crew, 'start');

beforeEach(() => {
  start.mockClear();
});
afterEach(endSpares);
afterAll(() => {
  start.mockRestore();
});

/** The crews that were started since the test began. */
function started(): Promise<Crew[]> {
  return Promise.all(start.mock.results.map(({ value }) => value as Promise<Crew>));
}

const isOver = ({ workers }: Crew): boolean => workers.every(({ threadId }) => threadId === -1);

async function runsIn(pool: Steppers): Promise<void> {
  const scenario = staged({ program: '[A] d | e', schedule: 'T2@end; T1@end' });
  const { stopped } = await runScenario(pool, scenario, scenario.cases[0]!, { trials: false });
  expect(stopped).toBeNull();
}

describe('threads that are started ahead', () => {
  test('are those that a run takes first', async () => {
    startAhead(1);
    await using pool = new Steppers();
    await runsIn(pool);
    // One ahead, and one more for the second thread.
    expect(start).toHaveBeenCalledTimes(2);
    const [ahead] = await started();
    expect(isOver(ahead!)).toBe(false);
    await pool.end();
    expect((await started()).map(isOver)).toEqual([true, true]);
  });

  test('are passed over when they have ended', async () => {
    startAhead(2);
    const [first] = await started();
    await first!.kill(1);
    await using pool = new Steppers();
    await runsIn(pool);
    expect(start).toHaveBeenCalledTimes(3);
  });

  test('are ended when nobody has taken them, those that have not come up yet as well', async () => {
    startAhead(1);
    const crews = await started();
    startAhead(1);
    await endSpares();
    expect(crews.map(isOver)).toEqual([true]);
    await expect(started()).rejects.toThrow('aborted');
    expect(start).toHaveBeenCalledTimes(2);
  });
});

test.each([
  [2, 'run aba-dequeue'],
  [2, '--ascii tour'],
  [2, 'replay a.trace --engine stepped'],
  [0, 'run aba-dequeue --engine model'],
  [0, 'run aba-dequeue --engine=model'],
  [0, 'run --help aba-dequeue'],
  [0, 'run thread-stream'],
  [0, 'run ex-02'],
  [0, 'run 02 --mutant helps-not'],
  [0, 'run thread-stream --seed 7'],
  [2, 'run 02-aba-dequeue --slots 9'],
  [0, 'explore run'],
  [0, ''],
])('%i threads are started ahead for "%s"', (threads, line) => {
  expect(threadsAhead(line.split(' '))).toBe(threads);
});
