import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CheckFailure } from '../../../src/checker/check-failure.ts';
import { decodeModule } from '../../../src/checker/wasm/binary/module.ts';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import { debugInfoOf } from '../../../src/checker/wasm/dwarf/debug-info.ts';
import type { CheckWasm } from '../../../src/checker/wasm/types.ts';
import { runs } from '../../effort.ts';

const fixture = (name: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(join(import.meta.dirname, 'fixtures', name)));

/** The places and the texts of the steps of a failure. */
function storyOf(name: string, what: CheckWasm): { readonly texts: string[]; readonly places: string[] } {
  try {
    checkWasm(fixture(name), { ...what, finally: () => false });
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    const { rows } = error.toJSON();
    return {
      texts: rows.map(({ text }) => text),
      places: rows.map(({ where }) => where).filter((where) => where !== ''),
    };
  }
  throw new Error('it passes');
}

const isWhole: CheckWasm['finally'] = ({ tally, locked }) => tally.hits === 3 && locked === false;

describe('debug information', () => {
  test.each(['types.wasm', 'types-5.wasm'])('of C++ in %s tells the values of variables', (name) => {
    const what: CheckWasm = {
      threads: [['fill']],
      finally: (values) => {
        const { state, nodes, head, ready, total, grid } = values;
        expect({ state, head, ready, total, grid }).toEqual({
          state: 3,
          head: 3,
          ready: true,
          total: -2n,
          grid: [
            [0, 0, 0],
            [0, 0, 200],
          ],
        });
        expect(nodes[1]).toEqual({
          kind: 0,
          next: 7,
          flags: 5,
          rest: 17,
          weight: 1.5,
          link: expect.any(Number),
        });
        expect(nodes[2].kind).toBe(9);
      },
    };
    expect(checkWasm(fixture(name), what).complete).toBe(true);
  });

  test.each(['types.wasm', 'types-5.wasm'])(
    'of C++ in %s names what is accessed, and shows it by its type',
    (name) => {
      const { texts, places } = storyOf(name, { threads: [['fill']] });
      expect(texts).toContain('head.add(1) ⇒ 2   2 → 3');
      expect(texts).toContain('state.store(Busy)   Idle → Busy');
      expect(texts).toContain('nodes[1].next.store(7)   0 → 7');
      expect(texts).toContain('write nodes[1].link = &nodes[2]');
      expect(texts).toContain('write nodes[1].weight = 1.5');
      expect(texts).toContain('ready.store(true)   false → true');
      expect(texts).toContain('total.sub(7) ⇒ 5   5 → -2');
      // All of these are made by functions of a header that are inlined.
      expect(places).toEqual([
        'types.cpp:29',
        'types.cpp:30',
        'types.cpp:31',
        'types.cpp:34',
        'types.cpp:39',
      ]);
    },
  );

  test('of Rust names statics, and lines of the own file before those of the library', () => {
    const { texts, places } = storyOf('lost.wasm', { threads: [['locked']] });
    expect(places.slice(0, 1)).toEqual(['lost.rs:28']);
    expect(places.at(-1)).toBe('lost.rs:31');
    expect(texts).toContain('WIDE.add(1) ⇒ 1099511627776   1099511627776 → 1099511627777');
  });

  test('of Zig names the members of exported variables, and lines', () => {
    const adds: CheckWasm['threads'] = [
      ['add', 1],
      ['add', 2],
    ];
    expect(checkWasm(fixture('tally.wasm'), { threads: adds, finally: isWhole }).executions).toBe(4);
    const { texts, places } = storyOf('tally.wasm', { threads: [['add_unlocked', 2]] });
    expect(texts).toEqual(expect.arrayContaining(['tally.hits.load() ⇒ 0', 'tally.hits.store(2)   0 → 2']));
    expect(places).toEqual(['tally.zig:24', 'tally.zig:25']);
  });

  test('is not needed to replay, and a name in a line is found again', () => {
    const what: CheckWasm = { threads: [['locked'], ['unlocked']] };
    const failed = (more: Partial<CheckWasm>): CheckFailure => {
      try {
        checkWasm(fixture('lost.wasm'), { ...what, ...more });
      } catch (error) {
        return error as CheckFailure;
      }
      throw new Error('it passes');
    };
    const { replay } = failed({});
    expect(replay).toMatch(/@PLAIN$/);
    expect(failed({ replay }).message).toContain('Replayed');
  });

  test('that is broken is left out, and never throws', () => {
    const bytes = fixture('types-5.wasm');
    const module = decodeModule(bytes);
    const all = debugInfoOf(module).variables.length;
    expect(all).toBeGreaterThan(5);
    const [code] = module.sections.get(10)!;
    let read = 0;
    for (let i = 0; i < runs(800, 40); i++) {
      const broken = bytes.slice();
      // A few bytes of the debug information, at places that follow from the number of the run.
      for (let k = 1; k <= 3; k++) {
        const sections = ['.debug_info', '.debug_abbrev', '.debug_line', '.debug_str'];
        const [from, to] = module.custom.get(sections[(i + k) % sections.length]!)!;
        broken[from + ((i * 7919 * k) % (to - from))] = (i * 31 * k) & 255;
      }
      const { variables, placeOf } = debugInfoOf(decodeModule(broken));
      read += variables.length;
      placeOf(code + 20);
    }
    expect(read).toBeGreaterThan(0);
  });
});
