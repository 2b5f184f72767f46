/** The operations whose answers are held against what a queue can answer. */
const JUDGED: ReadonlySet<string> = new Set(['enqueue', 'dequeue', 'isEmpty']);
/** Those that only say that they are done. What they do to slots is judged as any step is. */
const ANSWERLESS: ReadonlySet<string> = new Set(['collect', 'adopt', 'leave', 'die']);

/** Batches: their operations are judged one by one, and their count where it is not what they did. */
const BATCHES: ReadonlySet<string> = new Set(['enqueueMany', 'dequeueMany']);

/** True if the history of a run holds this operation's calls. */
export function isJudged(name: string): boolean {
  return JUDGED.has(name);
}

/** True of a batch. */
export function isBatch(name: string): boolean {
  return BATCHES.has(name);
}

/** Of these operations the names of those whose answers no judge looks at, such as those of a variant; each once, in their order. */
export function unjudged(names: Iterable<string>): string[] {
  return [...new Set(names)].filter((name) => !JUDGED.has(name) && !ANSWERLESS.has(name) && !isBatch(name));
}
