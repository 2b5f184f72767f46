import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { deep } from '../effort.ts';

const script = join(import.meta.dirname, 'prove.ts');
/** Takes a minute. */
const LONG = 'kernel: e d | e d under hazard-pointers';

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function prove(...args: string[]): Promise<{ status: unknown; output: string }> {
  const child = start(...args);
  const output = text(child.stdout);
  const [status] = await once(child, 'close');
  return { status, output: await output };
}

test.runIf(deep)('each claim has a line with its figures', async () => {
  const { status, output } = await prove('--only', 'found');
  expect(output).toMatch(/^proved +\d+\.\d s {2}a tag with 1 bit comes round in .*replay 1x5,2x27,1x4\)$/m);
  expect(output).toContain('4 of 4 claims proved, 0 failed;');
  expect(status).toBe(0);
});

test('a claim that is not finished in its time has failed', async () => {
  const { status, output } = await prove('--only', LONG, '--seconds', '0.5');
  expect(output).toMatch(/^FAILED .*\n {4}not finished: the 1 claims of "kernel: e d \| e d/m);
  expect(output).toContain('0 of 1 claims proved, 1 failed;');
  expect(status).toBe(1);
});

test('nothing proved is no success', async () => {
  expect((await prove('--only', 'nonsense')).status).toBe(1);
});

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;
test.each(signals.filter(([signal]) => deep || signal === 'SIGINT'))(
  '%s ends it at once, and says how far it came',
  async (signal, expected) => {
    const child = start('--only', LONG);
    const output = text(child.stdout);
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([expected, null]);
    expect(await output).toContain('ended early: 0 of 1 claims proved, 0 failed, 1 neither;');
  },
);
