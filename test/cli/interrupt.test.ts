import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { deep } from '../effort.ts';
import { folder, start } from './lab.ts';

const naive = new URL('../../dist/src/kernel/schemes/naive.js', import.meta.url).href;

/** A scheme of a user's own that says when it begins to loop without an end, in the thread of the command. */
function looping(where: 'load' | 'retire'): string {
  const loop = `writeSync(2, 'looping'); for (;;) {}`;
  const path = join(folder(), 'loop.mjs');
  const retire = `if (workerData?.role === 'command') { ${loop} }
      super.retire(slot);`;
  writeFileSync(
    path,
    `import { writeSync } from 'node:fs';
    import { workerData } from 'node:worker_threads';
    import { Naive } from ${JSON.stringify(naive)};
    ${where === 'load' ? loop : ''}
    export default class Loop extends Naive {
      static NUMBER = 0;
      static ID = 'loop';
      retire(slot) {
        ${where === 'retire' ? retire : 'super.retire(slot);'}
      }
    }`,
  );
  return path;
}

const program = ['--program', '[A] d | d'];

/** No run waits for its own end here: each of them would go on for as long as the test may. */
const loops: readonly [string, readonly string[], 'load' | 'retire', 'SIGINT' | 'SIGTERM', number][] = [
  ['run, in a scheme that loops', ['run', 'aba-dequeue', '--engine', 'model'], 'retire', 'SIGINT', 130],
  ['explore, in a scheme that loops', ['explore', ...program], 'retire', 'SIGTERM', 143],
  ['run, in a scheme that loops while it is loaded', ['run', 'aba-dequeue'], 'load', 'SIGINT', 130],
];
test.each(loops.filter(([, , where]) => deep || where === 'load'))(
  '%s, is ended by a signal',
  async (_what, args, where, signal, status) => {
    const child = start([...args, '--scheme', looping(where)]);
    const stdout = text(child.stdout);
    expect(String((await once(child.stderr, 'data'))[0])).toBe('looping');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([status, null]);
    expect(await stdout).toBe('');
  },
);

test('a second signal ends a command that computes at once', async () => {
  const child = start(['explore', ...program, '--scheme', looping('retire')]);
  await once(child.stderr, 'data');
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 350));
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([130, null]);
});
