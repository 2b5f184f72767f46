// Operations that the model engine must refuse, and ones that it must bear.
let calls = 0;

export const operations = {
  /** Steps once, then loops in plain accesses. */
  plods: ({ memory }) => {
    memory.load(48, 128);
    for (;;) memory.poke(130, memory.peek(130) + 1);
  },
  /** Loops in plain accesses at once. */
  broods: ({ memory }) => {
    for (;;) memory.peek(130);
  },
  /** Asks for another word each time it is run. */
  moody: ({ memory }) => {
    memory.load(48, 128 + (calls++ % 2));
    memory.load(49, 130);
    return { outcome: 'done' };
  },
  /** Swallows everything that is thrown. */
  greedy: ({ memory }) => {
    try {
      memory.load(48, 128);
    } catch {
      // On purpose.
    }
    return { outcome: 'done' };
  },
  /** Touches shared memory while it is being unwound. */
  tidy: ({ memory }) => {
    try {
      memory.load(48, 128);
      memory.load(49, 129);
    } finally {
      memory.poke(131, memory.peek(131) + 1);
      memory.store(50, 130, 7);
    }
    return { outcome: 'done' };
  },
};
