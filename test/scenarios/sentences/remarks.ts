import { DAMAGE } from './damage.ts';
import { DERIVED } from './derived.ts';
import { NOTES } from './notes.ts';
import { type Sentence } from './sentence.ts';

export const REMARKS: readonly Sentence[] = [...DERIVED, ...NOTES, ...DAMAGE];
