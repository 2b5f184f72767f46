import { FREE_TOP, HEAD, S_NEXT, S_VALUE, TAIL, type Geometry } from '../kernel/layout.ts';
import { placeOf } from '../observe/lives.ts';
import { wordName } from '../observe/names.ts';
import type { StepRecord } from '../observe/trace.ts';
import type { Style } from './style.ts';

/** How words and steps are written in a story. */
export interface Wording {
  readonly geometry: Geometry;
  readonly style: Style;
  readonly show: (value: number) => string;
}

/** The paper's names of the variables that a step reads into. */
const VARIABLES: Readonly<Record<string, string>> = {
  D2: 'head',
  D3: 'tail',
  D4: 'next',
  D12: 'v',
  E5: 'tail',
  E6: 'next',
  A1: 'top',
  A2: 'next',
  F1: 'top',
  Q1: 'head',
  Q2: 'next',
};

/** Reads that only compare the word with what was read before. */
const CHECKS: ReadonlySet<string> = new Set(['D5', 'E7', 'Q3', 'H2', 'P3']);

/** A word as the story shows it: a slot with its tag (`1#3`), a value by its name, an epoch as a number. */
export function showWord({ geometry, show }: Wording, address: number, word: number): string {
  const { link, top } = geometry;
  if (address === FREE_TOP) return String(top.index(word));
  const place = placeOf(geometry, address);
  if (address === HEAD || address === TAIL || place?.word === S_NEXT) {
    return link.tagBits === 0 ? String(link.index(word)) : `${link.index(word)}#${link.tag(word)}`;
  }
  if (place?.word === S_VALUE) return show(word);
  return String(word);
}

/** A step in a few words: `D13 CAS Head 1→2 ✓`. */
export function describeStep(wording: Wording, step: StepRecord): string {
  const { style, geometry } = wording;
  const { glyph } = style;
  const { label, access, address, before, after } = step;
  const name = wordName(geometry, address);
  const shown = (word: number): string => showWord(wording, address, word);
  const text = ((): string => {
    if (access === 'cas') return describeCas(wording, step, name);
    if (access === 'store') return `${name} ${glyph.gets} ${shown(after)}`;
    if (access === 'exchange' || access === 'add')
      return `${access} ${name} ${shown(before)}${glyph.arrow}${shown(after)}`;
    if (access === 'await') return `await ${name}`;
    if (CHECKS.has(label)) return `still ${name} = ${shown(before)}?`;
    const variable = VARIABLES[label];
    return variable === undefined
      ? `read ${name} = ${shown(before)}`
      : `${variable} ${glyph.gets} ${name} = ${shown(before)}`;
  })();
  return `${label.padEnd(3)} ${text}`;
}

function describeCas(wording: Wording, step: StepRecord, name: string): string {
  const { style, geometry } = wording;
  const { glyph } = style;
  const { label, address, before, expected = 0, desired = 0, ok } = step;
  const mark = ok === true ? glyph.yes : glyph.no;
  if (label === 'A3') return `take slot ${geometry.top.index(expected)} ${mark}`;
  if (label === 'F3') return `free slot ${geometry.top.index(desired)} ${mark}`;
  const change = `CAS ${name} ${showWord(wording, address, expected)}${glyph.arrow}${showWord(wording, address, desired)} ${mark}`;
  return ok === true ? change : `${change} ${showWord(wording, address, before)}`;
}
