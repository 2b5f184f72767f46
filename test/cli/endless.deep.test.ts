import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lab, labProcess } from './lab.ts';

/** A scheme file whose retire does not come back. */
function loops(round: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'lab-')), 'loops.mjs');
  const tagged = new URL('../../dist/src/kernel/schemes/tagged.js', import.meta.url);
  writeFileSync(
    file,
    `import { Tagged } from ${JSON.stringify(tagged.href)};
     export default class Loops extends Tagged {
       static NUMBER = 0;
       static ID = 'loops';
       retire(slot) {
         for (;;) ${round};
       }
     }`,
  );
  return file;
}

test('a loop that touches no word, and comes only under contention, ends the search with its thread, its last step and the schedule', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'lab-')), 'contended.mjs');
  const dist = new URL('../../dist/src/kernel/', import.meta.url);
  writeFileSync(
    file,
    `import { Tagged } from ${JSON.stringify(new URL('schemes/tagged.js', dist).href)};
     import { D2 } from ${JSON.stringify(new URL('structures/michael-scott.js', dist).href)};
     export default class Contended extends Tagged {
       static NUMBER = 0;
       static ID = 'contended';
       enter() {
         this.rounds = 0;
       }
       protect(step, k, source) {
         if (step === D2 && ++this.rounds === 2) for (;;);
         return super.protect(step, k, source);
       }
     }`,
  );
  const line = ['explore', '--program', '[A B] d | d', '--scheme', file];
  // In the worker that searches it is a finding.
  const { status, stdout } = lab([...line, '--units', '1']);
  expect(status).toBe(1);
  expect(stdout).toContain('the search was ended by a thread that did not come back');
  const said = stdout.replaceAll(/\s+/g, ' ');
  expect(said).toMatch(
    /livelock T\d does not come back after D\d+, its step \d+: it is in a loop that touches no/,
  );
  const [, schedule] = /The schedule (\S+) leads there/.exec(said)!;
  // Real threads are told as hung.
  const again = lab(['replay', `[A B] d | d/${file}:slots=6`, schedule!]);
  expect(again.stdout.replaceAll(/\s+/g, ' ')).toContain('LIVELOCK');
  // In the thread of the command its supervisor tells it.
  const split = labProcess(line);
  expect([split.status, split.stderr]).toEqual([
    1,
    expect.stringMatching(/Broken by a livelock\. T\d does not come/),
  ]);
});

test.each([
  ['plain accesses', 'this.memory.peek(this.geometry.slot(slot, 0))', 'T1 came to no further step after D13'],
  ['steps', 'this.memory.load(50, this.geometry.slot(slot, 0))', 'T1 made 2000 steps in one operation'],
])('a scheme that loops in %s is a finding with its story and the line that replays it', (_, round, why) => {
  const line = ['explore', '--program', '[A] d | e', '--scheme', loops(round)];
  const { status, stdout, stderr } = lab(line);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toMatch(/^bad +3 \(100\.0 %\): livelock$/m);
  expect(stdout).toMatch(/^complete +nothing was left out$/m);
  expect(stdout).toContain(`└ LIVELOCK. ${why}`);
  expect(stdout).toMatch(/^FIRST DAMAGE +livelock at step \d+\n/m);
  const [, schedule] = /The schedule (\S+) leads there/.exec(stdout.replaceAll(/\n +/g, ' '))!;
  const again = lab([...line, '--strategy', 'replay', '--schedule', schedule!]);
  expect(again.stdout).toMatch(/^bad +1 \(100\.0 %\): livelock$/m);
  expect(again.stdout).toMatch(/^replay +npx lockfree-lab replay ".*" 2x9,1x\d+$/m);
});
