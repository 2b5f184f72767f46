// Runs an operation that hangs, and ends by itself if no worker is left: node hung.mjs VARIANT.
import { Steppers } from '../../dist/src/engines/stepped.js';
import { learnLabels } from '../../dist/src/laboratory/labels.js';
import { chooseScheme } from '../../dist/src/laboratory/registry.js';
import { createBuffer } from '../../dist/src/laboratory/shared.js';
import { Recorder } from '../../dist/src/observe/recorder.js';
import { runSchedule } from '../../dist/src/schedule/run.js';
import { parseSchedule } from '../../dist/src/schedule/schedule.js';

const variant = new URL('variants/odd.mjs', import.meta.url).href;
learnLabels(await import(variant), variant);
const choice = await chooseScheme('naive');
const pool = new Steppers();
const engine = await pool.begin({
  buffer: createBuffer({ slots: 8, threads: 2 }, choice),
  scheme: 'naive',
  variant,
  programs: [[{ name: 'hangs', argument: null }], [{ name: 'dequeue', argument: null }]],
});
const { stopped } = runSchedule(new Recorder(engine), parseSchedule('2x2; T1@end'));
console.log(JSON.stringify(stopped));
await engine.release();
await pool.end();
