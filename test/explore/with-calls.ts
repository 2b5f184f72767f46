import { type Dependence, memoryFootprint, touchCalls } from '../../src/model/dependence.ts';

/** The dependence of memory, with calls and returns as accesses of one more word. */
export function withCalls(words: number): Dependence {
  return {
    resources: words + 1,
    footprint: (to) => {
      const builder = memoryFootprint(to);
      touchCalls(to, builder, words);
      return builder.build();
    },
  };
}
