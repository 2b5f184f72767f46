import { RINGS, SEGMENTS } from './cells.ts';
import { DAMAGE } from './damage.ts';
import { DEQUES } from './deques.ts';
import { DERIVED } from './derived.ts';
import { LISTS } from './lists.ts';
import { LIVES } from './lives.ts';
import { RESTARTS } from './restarts.ts';
import { NOTES } from './notes.ts';
import { type Sentence } from './sentence.ts';
import { SLOT_STATES } from './states.ts';

export const REMARKS: readonly Sentence[] = [
  ...DERIVED,
  ...NOTES,
  ...LISTS,
  ...RINGS,
  ...DEQUES,
  ...SEGMENTS,
  ...LIVES,
  ...RESTARTS,
  ...SLOT_STATES,
  ...DAMAGE,
];
