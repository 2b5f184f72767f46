import { expect, test } from 'vitest';
import { runToEnd } from '../../src/host/subprocess.ts';

test('a process that hears no request is ended all the same, and so is what it has started', async () => {
  const asked = new AbortController();
  const deaf = 'trap "" TERM; echo ready; sleep 20 & sleep 20';
  const run = runToEnd('sh', ['-c', deaf], { signal: asked.signal });
  // By then it is deaf, or has not begun and hears it.
  setTimeout(() => asked.abort(new Error('enough')), 100);
  await expect(run).rejects.toThrow('enough');
}, 15_000);
