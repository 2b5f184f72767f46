/** The edges of a graph by the state that they leave, as states that they lead to. */
type Successors = (state: number) => readonly number[];

/**
 * The strongly connected components of a graph that no edge leaves, of those that can be reached from some states (Tarjan 1972). What has
 * come into one stays there, and comes to each of its states again and again if it is fair.
 */
export function bottomComponents(starts: Iterable<number>, successors: Successors): number[][] {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const found: number[][] = [];
  const lower = (state: number, to: number): void => void low.set(state, Math.min(low.get(state) ?? to, to));
  for (const start of starts) {
    const path = index.has(start) ? [] : [{ state: start, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { state } = top;
      if (top.next === 0) {
        lower(state, index.size);
        index.set(state, index.size);
        open.push(state);
        isOpen.add(state);
      }
      const after = successors(state)[top.next++];
      if (after !== undefined) {
        if (!index.has(after)) path.push({ state: after, next: 0 });
        else if (isOpen.has(after)) lower(state, index.get(after) as number);
        continue;
      }
      path.pop();
      const before = path.at(-1);
      if (before !== undefined) lower(before.state, low.get(state) as number);
      if (low.get(state) !== index.get(state)) continue;
      // It is at the end.
      const component = open.splice(open.lastIndexOf(state));
      for (const each of component) isOpen.delete(each);
      const within = new Set(component);
      if (component.every((each) => successors(each).every((to) => within.has(to)))) found.push(component);
    }
  }
  return found;
}
