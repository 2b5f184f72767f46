import { inBatch, structureOperation } from '../../laboratory/structures.ts';

/** Those that only say that they are done. What they do to slots is judged as any step is. */
const ANSWERLESS: ReadonlySet<string> = new Set(['collect', 'adopt', 'leave', 'die']);

/** True if the history of a run holds this operation's calls, whose answers are held against what the structure can answer. */
export function isJudged(name: string): boolean {
  return structureOperation(name) !== undefined;
}

/** True of a batch: its operations are judged one by one, and its count where it is not what they did. */
function isBatch(name: string): boolean {
  return inBatch(name) !== undefined;
}

/** Of these operations the names of those whose answers no judge looks at, such as those of a variant; each once, in their order. */
export function unjudged(names: Iterable<string>): string[] {
  return [...new Set(names)].filter((name) => !isJudged(name) && !ANSWERLESS.has(name) && !isBatch(name));
}
