import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyFolder } from '../package/packed.ts';
import { COMMANDS, FAULTS, traceIn, wrongIn } from './own-fault-matrix.ts';

const folder = emptyFolder('faults');
let trace = '';

beforeAll(async () => {
  trace = await traceIn(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(FAULTS)('a scheme that $name is told as that by every command', async (fault) => {
  const wrong: string[] = [];
  for (const command of Object.keys(COMMANDS)) {
    const said = await wrongIn(fault, command, folder, trace);
    if (said !== null) wrong.push(said);
  }
  expect(wrong).toEqual([]);
});
