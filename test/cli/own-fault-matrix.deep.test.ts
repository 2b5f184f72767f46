import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyFolder } from '../package/packed.ts';
import { COMMANDS, FAULTS, traceIn, wrongIn } from './own-fault-matrix.ts';

/** Against hangs alone: what sleeps in a worker is given up after a minute in each command. */
const LIMIT_MS = 1_200_000;

const folder = emptyFolder('faults');
let trace = '';

beforeAll(async () => {
  trace = await traceIn(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(FAULTS)(
  'a scheme that $name is told as that by every command',
  async (fault) => {
    const wrong: string[] = [];
    for (const command of Object.keys(COMMANDS)) {
      const said = await wrongIn(fault, command, folder, trace);
      if (said !== null) wrong.push(said);
    }
    expect(wrong).toEqual([]);
  },
  LIMIT_MS,
);
