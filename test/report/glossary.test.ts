import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SLOT_CLASSES } from '../../dist/src/judge/audit/audit.js';
import { knownSteps } from '../../dist/src/laboratory/labels.js';
import { parametersOf, schemes } from '../../dist/src/laboratory/registry.js';
import { BENCH_ENGINES } from '../../dist/src/bench/scheme-contender.js';
import { WORKLOAD_NAMES } from '../../dist/src/bench/workloads.js';
import { operations } from '../../dist/src/laboratory/operations.js';
import { strategies } from '../../dist/src/search/strategies/all.js';
import { DAMAGE } from '../../dist/src/observe/trace.js';
import { ENGINE_NAMES } from '../../dist/src/stress/engines.js';
import { ALSO, entryText, glossary, lookUp, lookUpAll } from '../../dist/src/report/text/glossary-text.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { lab } from '../cli/lab.ts';

/** What the output says without explaining it: words of its rows, heads of its tables, verdicts. */
const SAID = `
  slot, slab, word, tag, life, reuse, dummy node, Head, Tail, link, help, node, retire, reclaim,
  free, reclamation, scheme, limbo list, retired list, protect, publish, validate, hazard, scan,
  threshold, pin, unpin, epoch, era, interval, grace period, period, quiescent state, safepoint,
  restart, garbage, unreclaimed, bound, magazine, invocation, response, history,
  linearization point, linearizable, lock-free, stale reads, step, gate, schedule, preemption,
  interleaving, anchor, replay line, trace, snapshot, in use, ever allocated, stall, stalled,
  killed, crashed, hung, adopt, heir, as claimed, execution, class, unit, shard, checkpoint,
  complete, cut, retry, shrink, full, empty, Mops/s, near, far, disturbed, peer, workload,
  compare-and-swap, CAS, LIFO, mutant, structure, seed, watchdog, variant, program, scenario,
  engine, kernel, come round, told, stranded, corrupt, leak, card, witness, verdict, flight, intent, die, leave, collect,
  adopt, H/T, claim, count, reservation, neutralized, hand-over, inside, birth, death, stamp, collection,
  HELD, LINKED, RETIRED, FREE, pull, ring, segment, cell, position, sequence, holding, claimed, lingering
`
  .trim()
  .split(/,\s+/);

/** The vocabulary of the lab: output, documents and comments use these words and no others for what they name. */
const VOCABULARY = `
  slot, word, tag, life, mark, dummy node, head, tail, link, help, retire, reclaim, free, limbo list, protect, publish, validate, hazard,
  scan, pin, epoch, era, interval, grace period, quiescent state, safepoint, restart, invocation, response, history, linearization point,
  step, gate, schedule, preemption, interleaving, reachable, in hand, retired, parked, free, leaked, conflict, stranded
`
  .trim()
  .split(/,\s+/);

/** A class of slots by the name that the audit prints. */
const plain = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

describe('the glossary', () => {
  test.each([
    ['what the output says', SAID],
    ['the vocabulary', VOCABULARY],
    [
      'what a program is made of',
      [
        ...Object.keys(operations),
        'e',
        'd',
        'i',
        'enqueueMany',
        'dequeueMany',
        'enqueueChain',
        'dequeueChain',
      ],
    ],
    ['workloads', WORKLOAD_NAMES],
    ['engines', [...ENGINE_NAMES, ...BENCH_ENGINES, 'stepped', 'model']],
    ['kinds of damage', Object.keys(DAMAGE)],
    ['schemes', schemes.map(({ ID }) => ID)],
    ['parameters of schemes', schemes.flatMap((scheme) => parametersOf(scheme).map(({ name }) => name))],
    ['strategies', strategies.map(({ id }) => id)],
    ['classes of slots', SLOT_CLASSES.map((name) => plain(name))],
  ])('defines %s', (_, words) => {
    expect(words.length).toBeGreaterThan(4);
    for (const word of words) expect(lookUp(word).means.length, word).toBeGreaterThan(12);
  });

  test.each(glossary.map((entry) => [entry.word, entry] as const))(
    '%s has one or two plain sentences, and all that it refers to is there',
    (word, { means, see }) => {
      const sentences = means.split(/(?<=[.!?])\s+(?=[A-Z\d])/);
      expect(sentences.length).toBeLessThanOrEqual(2);
      expect(means).toMatch(/^["\w].*\.$/s);
      for (const sentence of sentences) expect(sentence.split(/\s+/).length).toBeLessThanOrEqual(36);
      for (const name of see) expect(lookUp(name).word).toBe(name);
      expect(see).not.toContain(word);
    },
  );

  test('no word stands there twice, and every other name belongs to a word', () => {
    const words = [...glossary.map(({ word }) => word), ...Object.keys(ALSO)].map((word) =>
      word.toLowerCase(),
    );
    expect(words.toSorted()).toEqual([...new Set(words)].toSorted());
    for (const [name, word] of Object.entries(ALSO)) {
      expect(glossary.map((entry) => entry.word)).toContain(word);
      expect(lookUp(name).also).toContain(name);
    }
  });

  test('knows words that others use for the same', () => {
    const asked = ['ticket', 'collector', 'bottom', 'marked nodes', 'safe bit'];
    expect(asked.map((name) => lookUp(name).word)).toEqual([
      'position',
      'collection',
      'deque',
      'mark',
      'safe',
    ]);
    for (const [name, said] of [
      ['collection', 'the collector'],
      ['deque', 'bottom'],
      ['mark', 'the node'],
    ] as const)
      expect(lookUp(name).means).toContain(said);
  });

  test('finds a word in the plural, in any case, with a hyphen or a blank', () => {
    for (const asked of ['grace period', 'Grace-Periods', ' GRACE  PERIOD ', 'grace'])
      expect(lookUp(asked).word).toBe('grace period');
    // "epochs" is a scheme and the plural of another word: what is written so comes first.
    expect(lookUp('epochs').subject).toBe('Schemes');
    expect(lookUp('epoch').subject).toBe('Reclamation');
  });

  test('tells what the step of a label does, as its card says', () => {
    expect(lookUp('d13')).toEqual({
      word: 'D13',
      subject: 'Steps',
      means:
        'A compare-and-swap in src/kernel/structures/michael-scott.ts: moves Head from slot OLD to slot NEW; if it fails: another dequeue was first. It is the linearization point of dequeue, if that answers value.',
      also: [],
      see: ['label', 'linearization point'],
    });
    expect(lookUp('D19').means).toContain('retires the slot that its D13 took out');
    // Another file of this process may have loaded a scheme with labels of its own.
    for (const { label } of knownSteps().filter(({ number }) => number < 192))
      expect(lookUp(label).means, label).toMatch(/^[^{}]+\.$/);
    expect(() => lookUp('D14')).toThrow('The glossary has no word "D14"');
  });

  test('refers to the words that a definition needs', () => {
    expect(lookUp('hazard').see).toEqual(expect.arrayContaining(['slot', 'thread', 'free']));
    expect(
      entryText(lookUp('CAS'), plainStyle({ columns: 40 }))
        .split('\n')
        .slice(0, 2),
    ).toEqual(['compare-and-swap', '  One atomic step: if a word holds what']);
  });
});

describe('explain', () => {
  test('lists every word, and says of one what it means and where else to look', () => {
    const { status, stdout } = lab(['explain']);
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    for (const { word } of glossary) expect(lines).toContain(`  ${word}`);
    const one = lab(['explain', 'grace', 'period', '--json']);
    expect(JSON.parse(one.stdout)).toEqual({ schemaVersion: 1, ...lookUp('grace period') });
  });

  test('knows every label in the stories of all scenarios, those of their variants too', () => {
    const folder = join(import.meta.dirname, '../../scenarios');
    const texts = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => /^\d\d-.*\.(?:ts|txt)$/.test(name))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    const rows = /^[*! ▸]{1,3} +\d+ +(?!T\d)([A-Z]{1,2}\d{1,2}) |^export const ([A-Z]{1,2}\d+) = \d+;/gm;
    const labels = new Set(
      texts.flatMap((text) => [...text.matchAll(rows)].map(([, told, own]) => told ?? own!)),
    );
    expect(labels.size).toBeGreaterThan(100);
    expect([...labels]).toEqual(expect.arrayContaining(['N3', 'X1', 'X2', 'X3', 'X11', 'D13']));
    const { status, stdout, stderr } = lab(['explain', ...labels]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^X3\n {2}A write in scenarios\/34-cycle\/variant\.ts: /m);
  });

  test('tells each of several words that are none together', () => {
    expect(lookUpAll(['slot', 'pin']).map(({ word }) => word)).toEqual(['slot', 'pin']);
    expect(lookUpAll(['grace', 'period']).map(({ word }) => word)).toEqual(['grace period']);
    expect(() => lookUpAll(['slot', 'pim'])).toThrow('The glossary has no word "pim"');
    // Written small it is a word of a program; the label of a step may be meant all the same.
    expect(lookUpAll(['e3']).map(({ word }) => word)).toEqual(['batch', 'E3']);
    expect(lookUpAll(['d14', 'E3']).map(({ word }) => word)).toEqual(['batch', 'E3']);
  });

  test('says which word it may have been', () => {
    const { status, stderr } = lab(['explain', 'hazrd']);
    expect(stderr).toBe(
      'The glossary has no word "hazrd" (did you mean "hazard"?): lockfree-lab explain lists its words.\n',
    );
    expect(status).toBe(2);
  });
});
