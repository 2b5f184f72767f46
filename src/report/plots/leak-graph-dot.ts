import { visible } from '../../visible.ts';
import type { GraphEdge, GraphNode, LeakGraph, OwnerClass } from './leak-graph.ts';

/** Shape and letter carry the meaning; the colours (Okabe and Ito's) repeat it. */
export const LOOKS: Readonly<
  Record<OwnerClass, { letter: string; said: string; shape: string; stroke: string; fill: string }>
> = {
  reachable: { letter: 'R', said: 'reachable', shape: 'box', stroke: '#009E73', fill: '#E0F3EE' },
  inHand: { letter: 'H', said: 'in hand', shape: 'hexagon', stroke: '#56B4E9', fill: '#EAF6FD' },
  retired: { letter: 'T', said: 'retired', shape: 'ellipse', stroke: '#E69F00', fill: '#FCF3E0' },
  parked: { letter: 'P', said: 'parked', shape: 'house', stroke: '#0072B2', fill: '#E0EDF6' },
  free: { letter: 'F', said: 'free', shape: 'note', stroke: '#767676', fill: '#FFFFFF' },
  leaked: { letter: 'X', said: 'leaked', shape: 'octagon', stroke: '#D55E00', fill: '#FAEBE0' },
  conflict: { letter: '!', said: 'conflict', shape: 'doubleoctagon', stroke: '#CC79A7', fill: '#F9EFF4' },
};

const OWNERS = ['reachable', 'inHand', 'retired', 'parked', 'free'] as const;

/** The letter of a slot; a conflict has those of all that claim it as well. */
export function letterOf(ownerClass: OwnerClass, { classes }: Pick<GraphNode, 'classes'>): string {
  const { letter } = LOOKS[ownerClass];
  if (ownerClass !== 'conflict') return letter;
  return `${letter}${OWNERS.filter((owner) => classes.includes(owner))
    .map((owner) => LOOKS[owner].letter)
    .join('')}`;
}

const STYLE: Readonly<Record<GraphEdge['kind'], string>> = {
  root: 'penwidth=2',
  next: '',
  limbo: 'style=dotted, label="limbo"',
  cut: 'style=dashed, color="#D55E00", fontcolor="#A34700"',
};

/** The graph in the language of Graphviz. */
export function leakGraphDot(graph: LeakGraph): string {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const line = (id: string): string[] => {
    const node = byId.get(id);
    return node === undefined ? [] : [`    ${nodeLine(node)}`];
  };
  const rows = graph.rows.flatMap(({ name, roots, slots }, i) => [
    `  subgraph cluster_${i} {`,
    `    label=${quoted(name)};`,
    ...[...roots, ...slots].flatMap(line),
    '  }',
  ]);
  const edges = graph.edges.map((edge) => `  ${edge.from} -> ${edge.to}${attributes(edge)};`);
  const caption = [graph.title, graph.equation, ...graph.notes].map((text) => `${escaped(text)}\\l`).join('');
  return [
    'digraph slab {',
    '  rankdir=LR;',
    '  graph [fontname="sans-serif", color="#999999", labelloc=b, labeljust=l];',
    '  node [fontname="sans-serif", style=filled, fillcolor="#FFFFFF"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    `  label="${caption}";`,
    ...rows,
    ...edges,
    '}',
    '',
  ].join('\n');
}

function nodeLine(node: GraphNode): string {
  const { id, kind, lines, title, ownerClass } = node;
  const tooltip = `tooltip=${quoted(title)}`;
  if (ownerClass === null) {
    const shape =
      kind === 'more'
        ? 'shape=plaintext'
        : `shape=cds${kind === 'cut' ? ', style="filled,dashed", color="#D55E00"' : ''}`;
    return `${id} [${shape}, label=${quoted(lines.join('\n'))}, ${tooltip}];`;
  }
  const { shape, stroke, fill } = LOOKS[ownerClass];
  const label = quoted([lines[0], ...lines.slice(1), letterOf(ownerClass, node)].join('\n'));
  return `${id} [shape=${shape}, label=${label}, color="${stroke}", fillcolor="${fill}", ${tooltip}];`;
}

function attributes({ kind, text }: GraphEdge): string {
  const own = STYLE[kind];
  const label = text === '' ? '' : `, label="cut", tooltip=${quoted(text)}`;
  return own === '' ? '' : ` [${own}${label}]`;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** In a quoted string of DOT a backslash begins an escape and a quote ends the string. */
function escaped(text: string): string {
  return visible(text, '\n').replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
