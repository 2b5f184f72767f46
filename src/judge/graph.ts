/** What no root reaches in a directed graph. */
export interface Unreachable<T> {
  /** The unreachable nodes: first those that are keys of the graph, in its order, then those named only as successors. */
  readonly nodes: readonly T[];
  /**
   * The cycles among them: the strongly connected components of more than one node, and the nodes that point to themselves.
   * Each begins with its first node in the order above and follows a depth-first walk, so a simple cycle reads along its edges.
   */
  readonly cycles: readonly (readonly T[])[];
}

/**
 * Finds the nodes of a directed graph that cannot be reached from the roots, cycles included: a reference count would keep a
 * cycle that nothing else points to, a walk from the roots does not.
 *
 * A node named only as a successor or only as a root counts as a node without successors. Nodes are compared as the keys of a
 * Map are. Each iterable is read once. Time and space are linear in nodes and edges, and nothing recurses, so the length of a
 * chain is limited by memory alone. The cycles are found as in Tarjan, "Depth-first search and linear graph algorithms" (1972).
 *
 * @example
 * unreachable(new Map([['head', ['a']], ['b', ['c']], ['c', ['b']]]), ['head']);
 * // { nodes: ['b', 'c'], cycles: [['b', 'c']] }
 *
 * @param graph the successors of each node
 * @param roots the nodes that are reachable to begin with
 * @throws TypeError when the graph is not a Map, or when roots or successors are a text or cannot be iterated
 */
export function unreachable<T>(graph: ReadonlyMap<T, Iterable<T>>, roots: Iterable<T>): Unreachable<T> {
  const numbered = numberNodes(graph, roots);
  const reached = mark(numbered);
  return {
    nodes: numbered.nodes.filter((_, node) => reached[node] === 0),
    cycles: cyclesOutside(reached, numbered).map((cycle) => cycle.map((node) => numbered.nodes[node])),
  };
}

/** The graph with its nodes replaced by 0, 1, 2, …: the successors of node n are `targets[starts[n]]` to `targets[starts[n + 1] - 1]`. */
interface NumberedGraph<T> {
  readonly nodes: readonly T[];
  readonly starts: Int32Array;
  readonly targets: readonly number[];
  readonly roots: readonly number[];
}

function numberNodes<T>(graph: ReadonlyMap<T, Iterable<T>>, roots: Iterable<T>): NumberedGraph<T> {
  if (!(graph instanceof Map)) {
    throw new TypeError('The graph must be a Map from each node to an iterable of its successors.');
  }
  assertIterable(roots, 'The roots');
  const nodes: T[] = [...graph.keys()];
  const numbers = new Map<T, number>();
  for (let node = 0; node < nodes.length; node++) numbers.set(nodes[node], node);
  const numberOf = (node: T): number => {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    numbers.set(node, nodes.length);
    return nodes.push(node) - 1;
  };

  const ends: number[] = [];
  const targets: number[] = [];
  for (const [node, successors] of graph) {
    assertIterable(successors, 'The successors of node %', node);
    for (const successor of successors) targets.push(numberOf(successor));
    ends.push(targets.length);
  }
  const rootNumbers: number[] = [];
  for (const root of roots) rootNumbers.push(numberOf(root));

  const starts = new Int32Array(nodes.length + 1).fill(targets.length);
  starts[0] = 0;
  starts.set(ends, 1);
  return { nodes, starts, targets, roots: rootNumbers };
}

/** A text is iterable, but by its characters: a caller that passes one has nearly always forgotten the brackets around it. */
function assertIterable(candidate: unknown, what: string, node?: unknown): void {
  if (typeof candidate === 'object' && candidate !== null && Symbol.iterator in candidate) return;
  const subject = what.replace('%', () => String(node));
  const got =
    typeof candidate === 'string' ? `the text "${candidate}"; write ["${candidate}"]` : typeof candidate;
  throw new TypeError(`${subject} must be an array or another iterable of nodes, but got ${got}.`);
}

function mark({ nodes, starts, targets, roots }: NumberedGraph<unknown>): Uint8Array {
  const reached = new Uint8Array(nodes.length);
  const pending = [...roots];
  while (pending.length > 0) {
    const node = pending.pop() as number;
    if (reached[node] === 1) continue;
    reached[node] = 1;
    for (let edge = starts[node]; edge < starts[node + 1]; edge++) {
      if (reached[targets[edge]] === 0) pending.push(targets[edge]);
    }
  }
  return reached;
}

/**
 * Tarjan's algorithm with its recursion unrolled into `path`. A component is either all reached or not at all, since its nodes
 * reach each other; so leaving out the reached nodes cuts no cycle apart.
 */
function cyclesOutside(reached: Uint8Array, { nodes, starts, targets }: NumberedGraph<unknown>): number[][] {
  const discovered = new Int32Array(nodes.length);
  const lowest = new Int32Array(nodes.length);
  const open = new Uint8Array(nodes.length);
  const pointsToItself = new Uint8Array(nodes.length);
  const nextEdge = starts.slice();
  const undecided: number[] = [];
  const path: number[] = [];
  const cycleFrom = new Map<number, number[]>();
  let clock = 0;

  const enter = (node: number): void => {
    discovered[node] = lowest[node] = ++clock;
    open[node] = 1;
    undecided.push(node);
    path.push(node);
  };
  const leave = (node: number): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) lowest[parent] = Math.min(lowest[parent], lowest[node]);
    if (lowest[node] !== discovered[node]) return;
    const component = undecided.splice(undecided.lastIndexOf(node));
    for (const member of component) open[member] = 0;
    if (component.length === 1 && pointsToItself[node] === 0) return;
    const first = component.reduce((least, member) => Math.min(least, member));
    const at = component.indexOf(first);
    cycleFrom.set(first, at === 0 ? component : [...component.slice(at), ...component.slice(0, at)]);
  };

  for (let start = 0; start < nodes.length; start++) {
    if (reached[start] === 1 || discovered[start] !== 0) continue;
    enter(start);
    while (path.length > 0) {
      const node = path[path.length - 1];
      if (nextEdge[node] === starts[node + 1]) {
        leave(node);
        continue;
      }
      const target = targets[nextEdge[node]++];
      if (target === node) pointsToItself[node] = 1;
      // An edge from an unreached node may well lead to a reached one: that node is no part of any cycle here.
      if (reached[target] === 1) continue;
      if (discovered[target] === 0) enter(target);
      else if (open[target] === 1) lowest[node] = Math.min(lowest[node], discovered[target]);
    }
  }
  // Tarjan meets the components in reverse; picking them up by their first node puts them in the graph's order without a sort.
  const cycles: number[][] = [];
  for (let node = 0; node < nodes.length; node++) {
    const cycle = cycleFrom.get(node);
    if (cycle !== undefined) cycles.push(cycle);
  }
  return cycles;
}
