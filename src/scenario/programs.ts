/** Programs that are worth exploring, and what they show. Counts and verdicts are in `src/search/README.md`. */
export const programs: readonly { readonly id: string; readonly title: string }[] = [
  { id: 'e | d', title: 'two threads, an operation each: the first look at every interleaving' },
  { id: '[A] d | d e d', title: 'the smallest ABA: naive reuse breaks with one preemption' },
  { id: 'e d | e d', title: "the literature's usual client, which cannot show ABA" },
  { id: 'e d | d e d', title: 'ABA on an empty queue, and every safe scheme clean' },
  { id: 'e e | d d', title: 'a producer and a consumer' },
  { id: '[A B] d | d | e', title: 'three threads, with two values in the queue' },
  { id: 'e | e | d', title: 'two producers and a consumer' },
  { id: 'e e | e d e', title: 'a tag of next that begins anew: explore it with --mutant boost-59' },
  { id: '[A B] d | d e d e', title: 'a false "empty": explore it with --mutant ponyc-5820' },
];
