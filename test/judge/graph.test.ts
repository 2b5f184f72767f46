import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unreachable } from '../../src/judge/graph.ts';
import { deep, runs } from '../effort.ts';

describe('what the roots reach is not reported', () => {
  test('an empty graph has nothing unreachable', () => {
    expect(unreachable(new Map(), [])).toEqual({ nodes: [], cycles: [] });
  });

  test('a cycle that a root reaches is not reported', () => {
    const graph = new Map([
      ['head', ['a']],
      ['a', ['b']],
      ['b', ['a']],
    ]);
    expect(unreachable(graph, ['head'])).toEqual({ nodes: [], cycles: [] });
  });

  test('a root that the graph does not know counts as a node without successors', () => {
    expect(unreachable(new Map([['a', ['b']]]), ['elsewhere'])).toEqual({ nodes: ['a', 'b'], cycles: [] });
    expect(unreachable(new Map<string, string[]>(), ['elsewhere'])).toEqual({ nodes: [], cycles: [] });
  });

  test('a root that is only named as a successor is reachable', () => {
    expect(unreachable(new Map([['a', ['b']]]), ['b']).nodes).toEqual(['a']);
  });
});

describe('what no root reaches is reported', () => {
  test('without roots every node is, in the order of the graph, then of mention', () => {
    const graph = new Map([
      ['b', ['z', 'a']],
      ['a', ['y']],
    ]);
    expect(unreachable(graph, []).nodes).toEqual(['b', 'a', 'z', 'y']);
  });

  test('a shared successor is reached through either of its predecessors and reported once', () => {
    const graph = new Map([
      ['left', ['shared']],
      ['right', ['shared', 'shared']],
    ]);
    expect(unreachable(graph, ['right']).nodes).toEqual(['left']);
    expect(unreachable(graph, []).nodes).toEqual(['left', 'right', 'shared']);
  });

  test('a cycle that points into the reachable part is unreachable all the same', () => {
    const graph = new Map([
      ['head', ['tail']],
      ['a', ['b', 'head']],
      ['b', ['a', 'tail']],
    ]);
    expect(unreachable(graph, ['head'])).toEqual({ nodes: ['a', 'b'], cycles: [['a', 'b']] });
  });

  test('a node that points to itself is a cycle, a chain is none', () => {
    const graph = new Map([
      [1, [1]],
      [2, [3]],
    ]);
    expect(unreachable(graph, [])).toEqual({ nodes: [1, 2, 3], cycles: [[1]] });
  });

  test('a simple cycle reads along its edges from its first node, wherever the walk came in', () => {
    const graph = new Map([
      ['in', ['c']],
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a']],
    ]);
    expect(unreachable(graph, []).cycles).toEqual([['a', 'b', 'c']]);
  });

  test('two cycles joined by a one-way edge stay two, in the order of the graph', () => {
    const graph = new Map([
      [1, [2, 3]],
      [2, [1]],
      [3, [4]],
      [4, [3]],
    ]);
    expect(unreachable(graph, []).cycles).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test('nodes may be objects, and successors any iterable, read once', () => {
    const a = { name: 'a' };
    const b = { name: 'b' };
    const graph = new Map<object, Iterable<object>>([
      [a, new Set([b])],
      [b, [a].values()],
    ]);
    const found = unreachable(graph, new Set<object>());
    expect(found.nodes[0]).toBe(a);
    expect(found.cycles).toEqual([[a, b]]);
  });
});

/** Recursion ends at some ten thousand calls, and work that grows with the square would never end. */
describe('two hundred thousand nodes need no recursion', () => {
  const size = 200_000;
  const chain = (last: number[]): Map<number, number[]> => {
    const graph = new Map<number, number[]>();
    for (let node = 0; node < size; node++) graph.set(node, node === size - 1 ? last : [node + 1]);
    return graph;
  };

  test('in a chain', () => {
    expect(unreachable(chain([]), [0]).nodes).toHaveLength(0);
    expect(unreachable(chain([]), [size / 2])).toMatchObject({ nodes: { length: size / 2 }, cycles: [] });
  });

  test.runIf(deep)('in one big cycle', () => {
    const { nodes, cycles } = unreachable(chain([0]), []);
    expect(nodes).toHaveLength(size);
    expect(cycles).toHaveLength(1);
    expect(cycles[0]).toHaveLength(size);
    expect(unreachable(chain([0]), [size - 1]).nodes).toHaveLength(0);
  });
});

describe('bad input is refused in one sentence', () => {
  test('a graph that is no Map', () => {
    expect(() => unreachable({ a: ['b'] } as never, [])).toThrow(
      'The graph must be a Map from each node to an iterable of its successors.',
    );
  });

  test('successors or roots that cannot be iterated', () => {
    expect(() => unreachable(new Map([['a', 7]]) as never, [])).toThrow(
      'The successors of node a must be an array or another iterable of nodes, but got number.',
    );
    expect(() => unreachable(new Map(), undefined as never)).toThrow(
      'The roots must be an array or another iterable of nodes, but got undefined.',
    );
  });

  test('a text where a list of nodes was meant', () => {
    expect(() => unreachable(new Map([['a', 'bc']]), [])).toThrow('but got the text "bc"; write ["bc"].');
    expect(() => unreachable(new Map([['ab', ['c']]]), 'ab')).toThrow('but got the text "ab"; write ["ab"].');
  });
});

/** The relation "there is a path of at least one edge", by relaxing until nothing changes. */
function closure(nodes: readonly number[], edges: readonly (readonly [number, number])[]): Set<string> {
  const paths = new Set(edges.map(([from, to]) => `${from},${to}`));
  for (let before = -1; before !== paths.size;) {
    before = paths.size;
    for (const [from, to] of edges) {
      for (const node of nodes) if (paths.has(`${to},${node}`)) paths.add(`${from},${node}`);
    }
  }
  return paths;
}

test('it agrees with the transitive closure on any small graph', () => {
  const node = fc.nat(7);
  const edges = fc.array(fc.tuple(node, node), { maxLength: 14 });
  fc.assert(
    fc.property(fc.uniqueArray(node), edges, fc.array(node, { maxLength: 2 }), (keys, pairs, roots) => {
      const graph = new Map<number, number[]>(keys.map((key) => [key, []]));
      for (const [from, to] of pairs) graph.set(from, [...(graph.get(from) ?? []), to]);
      const all = [...new Set([...graph.keys(), ...[...graph.values()].flat(), ...roots])];
      const paths = closure(all, pairs);
      const nodes = all.filter((n) => !roots.some((root) => root === n || paths.has(`${root},${n}`)));
      const onCycle = nodes.filter((n) => paths.has(`${n},${n}`));
      const together = (a: number): number[] =>
        onCycle.filter((b) => paths.has(`${a},${b}`) && paths.has(`${b},${a}`));

      const found = unreachable(graph, roots);
      expect(found.nodes).toEqual(nodes);
      expect(found.cycles.flat().toSorted()).toEqual(onCycle.toSorted());
      for (const cycle of found.cycles) {
        expect(cycle.toSorted()).toEqual(together(cycle[0]).toSorted());
        expect(nodes.indexOf(cycle[0])).toBe(Math.min(...cycle.map((n) => nodes.indexOf(n))));
      }
      const firsts = found.cycles.map((cycle) => nodes.indexOf(cycle[0]));
      expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
    }),
    { numRuns: runs(3000) },
  );
});
