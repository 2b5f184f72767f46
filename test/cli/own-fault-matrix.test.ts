// A diagonal of the matrix of faults and commands: all of it is in own-fault-matrix.deep.test.ts.
import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { emptyFolder } from '../package/packed.ts';
import { FAULTS, wrongIn } from './own-fault-matrix.ts';
import { some } from '../effort.ts';

const folder = emptyFolder('faults');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOME = [
  ['enter throws', 'replay'],
  ['retire rejects', 'run on the model'],
  ['idle throws', 'explore'],
  ['rejects at load in a worker', 'explore'],
] as const;
test.each(some(SOME, 2))("a scheme of one's own that %s is told as that by %s", async (name, command) => {
  const fault = FAULTS.find((each) => each.name === name)!;
  expect(await wrongIn(fault, command, folder, '')).toBeNull();
});
