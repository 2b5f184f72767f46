import { DAMAGE } from './damage.ts';
import { DERIVED } from './derived.ts';
import { LIVES } from './lives.ts';
import { NOTES } from './notes.ts';
import { type Sentence } from './sentence.ts';

export const REMARKS: readonly Sentence[] = [...DERIVED, ...NOTES, ...LIVES, ...DAMAGE];
