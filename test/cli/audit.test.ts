import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AtomicsMemory } from '../../dist/src/laboratory/atomics.js';
import { participate } from '../../dist/src/laboratory/participant.js';
import { chooseScheme } from '../../dist/src/laboratory/registry.js';
import { attachWords, createBuffer } from '../../dist/src/laboratory/shared.js';
import {
  Geometry,
  H_PARAM_0,
  H_STRUCTURE,
  H_VERSION,
  R_UNRECLAIMED,
  S_NEXT,
  S_STAMP,
} from '../../dist/src/kernel/layout.js';
import { HEAD } from '../../dist/src/kernel/structures/michael-scott.js';
import { writeSnapshot } from '../../dist/src/observe/snapshot.js';
import { folder, lab } from './lab.ts';
import { deep } from '../effort.ts';

/** A snapshot after twenty enqueues and ten dequeues; `change` may spoil it. */
async function snapshot(
  spec: string,
  change: (words: Int32Array) => void = () => {},
  slots = 64,
): Promise<string> {
  const choice = await chooseScheme(spec);
  const words = attachWords(createBuffer({ slots, threads: 2, initial: [7, 8] }, choice));
  const memory = new AtomicsMemory(words);
  const [one, two] = [1, 2].map((thread) => participate(memory, thread, choice.scheme));
  for (let i = 1; i <= 20; i++) {
    one!.queue.enqueue(100 + i);
    if (i % 2 === 0) two!.queue.dequeue();
  }
  change(words);
  const path = join(folder(), 'slab.snapshot');
  writeSnapshot(path, words);
  return path;
}

/** Head goes on by one node, and nobody retires the one that it leaves behind. */
function skip(words: Int32Array): void {
  const geometry = new Geometry(new AtomicsMemory(words));
  words[HEAD] = words[geometry.slot(geometry.link.index(words[HEAD]!), S_NEXT)]!;
}

describe('audit of a snapshot', () => {
  test.runIf(deep)(
    'the bound is that of its structure: a pop protects one node, and a dequeue two',
    async () => {
      const seen = await Promise.all(
        ['treiber-stack', 'michael-scott'].map(async (structure) => {
          const choice = await chooseScheme('hazard-pointers:threshold=16');
          const words = attachWords(createBuffer({ slots: 64, threads: 2, structure }, choice));
          const { structure: held } = participate(new AtomicsMemory(words), 1, choice.scheme);
          for (let n = 0; n < 5; n++) {
            held.put(n);
            held.take();
          }
          // With a threshold of 1 two threads hold back 4 nodes of a stack at most, and 6 of a queue.
          words[H_PARAM_0] = 1;
          const path = join(folder(), `${structure}.snapshot`);
          writeSnapshot(path, words);
          return lab(['audit', path]);
        }),
      );
      expect(seen.map(({ status }) => status)).toEqual([1, 0]);
      expect(seen[0]!.stdout).toContain('none of this can happen: bound exceeded.');
    },
  );

  test('a slab of a structure that is not known here is not told as one of a queue', async () => {
    const path = await snapshot('tagged', (words) => {
      skip(words);
      words[H_STRUCTURE] = 999;
    });
    const { stdout } = lab(['audit', path]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('of the structure, so Root0 has passed it');
    expect(stdout).not.toContain('queue');
  });

  test('a sound slab: the equation, the counters, and exit status 0', async () => {
    const { status, stdout, stderr } = lab(['audit', await snapshot('hazard-pointers')]);
    expect(stdout).toContain('reachable 13 · in hand 0 · retired 10 · free 41 · leaked 0  = 64 slots');
    expect(stdout).toContain('in use   23 now, beside 23 ever allocated in 64 slots; 0 freed');
    expect(stdout).toContain("on T2's retired list");
    expect(stdout).toContain('As claimed: every slot has one owner.');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('a leak under a scheme that claims to be sound: blame, and exit status 1', async () => {
    const { status, stdout } = lab(['audit', await snapshot('hazard-pointers', skip)]);
    expect(stdout).toContain('leaked 1');
    expect(stdout).toMatch(/! leaked 1 +slot \d+: without an owner\./);
    expect(stdout).toMatch(/Slot \d+ is leaked/);
    expect(stdout).toContain('Broken: hazard-pointers claims that none of this can happen: orphaned slot.');
    expect(status).toBe(1);
  });

  test('words that belong to nobody and were written: how many, and which', async () => {
    const path = await snapshot('hazard-pointers', (words) => {
      const geometry = new Geometry(new AtomicsMemory(words));
      words[geometry.slot(0, S_STAMP)] = 5;
      words[HEAD + 1] = 1;
    });
    const { status, stdout } = lab(['audit', path]);
    expect(stdout).toMatch(
      /! stray writes 2 {2}word 97 \(behind Head\), 0\.stamp \(word \d+, of slot 0, which is null\):\s+they belong\s+to nobody\./,
    );
    expect(stdout).toContain('Broken: hazard-pointers claims that none of this can happen: stray write.');
    expect(status).toBe(1);
  });

  test('a count of unreclaimed slots that is off is no claim that was kept', async () => {
    const path = await snapshot('hazard-pointers', (words) => {
      words[new Geometry(new AtomicsMemory(words)).record(2) + R_UNRECLAIMED]!--;
    });
    const { status, stdout } = lab(['audit', path]);
    expect(stdout).toContain('! miscount The scheme counts 9 unreclaimed slots, and the slab has 10.');
    expect(stdout).toContain('Broken: hazard-pointers claims that none of this can happen: miscount.');
    expect(status).toBe(1);
  });

  test('the same leak under naive reuse is as claimed', async () => {
    const { status, stdout } = lab(['audit', await snapshot('naive', skip)]);
    expect(stdout).toContain('leaked 1');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'As claimed: naive promises no safety, and this is damage that can follow from ABA: a snapshot does not show whether it did.',
    );
    expect(status).toBe(0);
  });

  test('and what follows from no ABA is charged, as in every command', async () => {
    const path = await snapshot('tagged:bits=4', (words) => {
      words[HEAD + 1] = 1;
    });
    const { status, stdout } = lab(['audit', path, '--json']);
    const { verdict, findings } = JSON.parse(stdout) as { verdict: string; findings: object[] };
    expect({ status, verdict }).toEqual({ status: 1, verdict: 'broken' });
    expect(findings).toEqual([expect.objectContaining({ kind: 'stray write', charged: true })]);
  });

  test('no-reclaim leaks what was retired on purpose, and nothing else', async () => {
    const onPurpose = lab(['audit', await snapshot('no-reclaim')]);
    expect(onPurpose.stdout).toContain('leaked 10');
    expect(onPurpose.status).toBe(0);
    expect(lab(['audit', await snapshot('no-reclaim', skip)]).status).toBe(1);
  });

  test('--json has the owner classes and the leaked slots', async () => {
    const { stdout } = lab(['audit', await snapshot('epochs', skip), '--json']);
    const document = JSON.parse(stdout) as { verdict: string; audit: { leaked: number; slots: number } };
    expect(document).toMatchObject({ verdict: 'broken', scheme: 'epochs', audit: { leaked: 1, slots: 64 } });
  });

  test('--ascii holds for what comes from outside as well', async () => {
    const path = await snapshot('epochs');
    const named = join(path, '../slüb 漢.snapshot');
    renameSync(path, named);
    const { stdout } = lab(['audit', named, '--ascii']);
    expect(stdout).toContain('/slub ?.snapshot\n');
    const json = lab(['audit', named, '--ascii', '--json']).stdout;
    // oxlint-disable-next-line no-control-regex -- what ASCII is
    expect(stdout + json).toMatch(/^[\u0000-\u007f]*$/);
    expect(JSON.parse(json)).toHaveProperty('file', named);
  });

  test('--dot and --svg write the graph', async () => {
    const path = await snapshot('tagged', skip);
    const { status } = lab(['audit', path, '--dot', `${path}.dot`, '--svg', `${path}.svg`]);
    expect(status).toBe(1);
    expect(readFileSync(`${path}.dot`, 'utf8')).toMatch(/^digraph /);
    expect(readFileSync(`${path}.svg`, 'utf8')).toMatch(/^<svg [^]*<\/svg>\s*$/);
  });

  test('--all has the counters of every thread, and no more notes than there are slots', async () => {
    const { stdout } = lab(['audit', await snapshot('hazard-pointers'), '--all']);
    expect(stdout).toMatch(/^ {2}T1 +active +- +20 +20 +0 +0 +0 +0$/m);
    expect(stdout).toMatch(/^ {2}T2 +active +- +10 +0 +0 +10 +10 +10$/m);
  });
});

describe('a file that cannot be audited', () => {
  test.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100), 'is cut short, for its end'],
    ['cut short within the header', (bytes: Buffer) => bytes.subarray(0, 8), 'too short to be a laboratory'],
    ['empty', () => Buffer.alloc(0), 'too short to be a laboratory'],
    ['foreign', (bytes: Buffer) => Buffer.alloc(bytes.length, 'x'), 'no buffer of lockfree-lab'],
    [
      'of another version',
      (bytes: Buffer) => {
        bytes.writeInt32LE(99, 4 * H_VERSION);
        return bytes;
      },
      'layout version 99',
    ],
    [
      'altered',
      (bytes: Buffer) => {
        bytes.writeInt32LE(-5, 12);
        return bytes;
      },
      'is not as it was written',
    ],
    ['a foreign JSON file', () => Buffer.from('{"name":"x"}\n'), 'is no trace'],
    ['a trace of another version', () => Buffer.from('{"kind":"trace","v":1}\n'), 'is a trace of version 1'],
    ['a trace with a damaged header', () => Buffer.from('{"kind":"trace","v":2}\n'), 'is damaged (line 1: '],
  ])('%s', async (_what, spoil, sentence) => {
    const path = await snapshot('epochs');
    writeFileSync(path, spoil(readFileSync(path)));
    const { status, stdout, stderr } = lab(['audit', path]);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('one that is not there, and a folder', () => {
    expect(lab(['audit', '/nowhere/slab.snapshot'])).toMatchObject({ status: 2 });
    expect(lab(['audit', '/nowhere/slab.snapshot']).stderr).toContain(
      '/nowhere/slab.snapshot cannot be read',
    );
    expect(lab(['audit', folder()]).stderr).toContain('cannot be read (EISDIR');
  });

  test.runIf(deep)('a step of a snapshot, and one that a trace has not', async () => {
    expect(lab(['audit', await snapshot('epochs'), '--step', '3']).stderr).toContain(
      '--step 3 needs a trace',
    );
    const path = join(folder(), 'run.jsonl');
    lab(['run', 'aba-dequeue', '--trace', path]);
    expect(lab(['audit', path, '--step', '9999']).stderr).toMatch(
      /--step 9999 is too far: .* has \d+ steps\./,
    );
  });
});

describe('audit of a trace', () => {
  test('at its end and at a step, and of one that was cut short or altered', () => {
    const path = join(folder(), 'run.jsonl');
    lab(['run', 'aba-dequeue', '--trace', path]);
    const whole = lab(['audit', path]);
    expect(whole.stdout).toContain('conflict 6');
    expect(whole.status).toBe(0);
    const start = lab(['audit', path, '--step', '0']).stdout;
    expect(start).toContain('AUDIT after step 0 of ');
    expect(start).toContain('reachable 3 · in hand 0 · retired 0 · free 3 · leaked 0  = 6 slots');
    expect(start).toContain('queue    A B');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, lines.slice(0, 30).join('\n'));
    const cut = lab(['audit', path]);
    expect(cut.stdout).toMatch(/^AUDIT after step (\d+) of \1 of aba-dequeue, naive/);
    expect(cut.stdout).not.toMatch(/As claimed|Broken/);
    expect(cut.stderr).toMatch(/ is cut short after step \d+ \(line 30\): it cannot be judged as a whole; /);
    expect(cut.status).toBe(2);
    writeFileSync(path, lines.toSpliced(5, 1).join('\n'));
    expect(lab(['audit', path])).toMatchObject({ status: 2, stdout: '' });
    expect(lab(['audit', path]).stderr).toContain('is damaged (line 6: from here on it is not as it was');
  });
});
