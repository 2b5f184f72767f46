import { describe, expect, test } from 'vitest';
import { rewriteModule } from '../../../src/checker/wasm/binary/rewrite.ts';
import { some } from '../../effort.ts';
import { buildModule, i32, i64 } from './build-module.ts';
import { engine } from './plain-model.ts';

const PREFIXES = [0xfc, 0xfd, 0xfe];
/** What may follow an opcode, so that one of them is right for each instruction. */
const IMMEDIATES: readonly (readonly number[])[] = [
  [],
  [0],
  [0, 0],
  [1],
  [1, 0],
  [2, 0],
  [3, 0],
  [4, 0],
  [0, 0, 0],
  [0x70],
  [1, 0x7f],
  [0x40, 0x0b],
  [0x40, 0x00, 0x0b],
  [0x40, 0x18, 0x00],
  [0x40, 0x07, 0x00, 0x0b],
  [0x40, 0x00, 0x0b, 0x01],
  Array.from({ length: 4 }, () => 0),
  Array.from({ length: 8 }, () => 0),
  Array.from({ length: 16 }, () => 0),
];

/** A module that has an instruction where any operands are right, in the middle of a function. */
function withInstruction(instruction: readonly number[]): Uint8Array<ArrayBuffer> {
  return buildModule({
    functions: [
      // A catch of the old form stands after something that can be caught.
      { name: 'f', parameters: [], results: [], locals: [i32, i64], body: [0x00, ...instruction, 0x00] },
      { name: 'g', parameters: [], results: [], body: [] },
    ],
    globals: [[i32, 1, 0x41, 0, 0x0b]],
    table: [0, 1],
    data: [1],
    passive: [[1, 2, 3]],
    sections: { 13: [1, 0, 0] },
  });
}

const unknown =
  (...opcode: number[]): (() => unknown) =>
  () =>
    rewriteModule(withInstruction(opcode));

describe('the decoder', () => {
  test('knows every instruction that this engine takes, and what follows it', () => {
    const all = [
      ...Array.from({ length: 256 }, (_, op) => [op]).filter(([op]) => !PREFIXES.includes(op!)),
      ...PREFIXES.flatMap((prefix) =>
        Array.from({ length: 256 }, (_, op) =>
          op < 128 ? [prefix, op] : [prefix, (op & 127) | 128, op >> 7],
        ),
      ),
    ];
    const wrong: string[] = [];
    let known = 0;
    const chosen = some(all, 40);
    for (const opcode of chosen) {
      // `end` and `else` belong to the instruction around them.
      if (opcode[0] === 0x0b || opcode[0] === 0x05) continue;
      const valid = IMMEDIATES.map((more) => withInstruction([...opcode, ...more])).filter((bytes) =>
        engine.validate(bytes),
      );
      for (const bytes of valid) {
        try {
          if (!engine.validate(rewriteModule(bytes).bytes))
            wrong.push(`${opcode.join(' ')} is not valid any more`);
        } catch (error) {
          wrong.push(`${opcode.join(' ')}: ${(error as Error).message}`);
        }
      }
      if (valid.length > 0) known++;
    }
    expect(wrong).toEqual([]);
    expect(known).toBeGreaterThan(chosen.length / 4);
  });

  test('names an instruction that is not known, and its place', () => {
    expect(unknown(0xfd, 0x9a, 0x01)).toThrow('instruction 0xfd 154 at byte');
    expect(unknown(0xfc, 0x20)).toThrow('instruction 0xfc 32 at byte');
    expect(unknown(0xfb)).toThrow('instruction 0xfb at byte');
    expect(unknown(0x14, 0x00)).toThrow('instruction 0x14 at byte');
  });
});
