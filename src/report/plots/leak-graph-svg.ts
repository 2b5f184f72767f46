import { visible } from '../../visible.ts';
import { letterOf, LOOKS } from './leak-graph-dot.ts';
import type { GraphEdge, GraphNode, LeakGraph, OwnerClass } from './leak-graph.ts';

// Sizes in pixels.
const WIDTH = 1000;
const MARGIN = 16;
const ROOT = { left: 150, width: 108, height: 26 };
const CELL = { left: 300, pitch: 84, width: 54, height: 38 };
const LINE = 74;
const PER_LINE = Math.floor((WIDTH - MARGIN - CELL.left) / CELL.pitch);
const NOTE_LETTERS = 150;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The graph as a picture of its own: static, without a script, the same bytes for the same graph. */
export function leakGraphSvg(graph: LeakGraph): string {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const top = 84;
  const { boxes, names, bottom } = placed(graph, top);
  const notes = graph.notes.flatMap((note) => wrapped(note, NOTE_LETTERS));
  const height = bottom + notes.length * 17 + MARGIN;
  const body = [
    text(MARGIN, 28, graph.title, 'class="title"'),
    text(MARGIN, 50, graph.equation, 'class="mono"'),
    legend(68),
    ...names.map(({ y, lines }) =>
      lines.map((line, i) => text(MARGIN, y + i * 14, line, 'class="row"')).join(''),
    ),
    ...graph.edges.map((edge) => edgePath(edge, boxes)),
    ...[...boxes].map(([id, box]) => nodePicture(byId.get(id), box)),
    ...notes.map((line, i) => text(MARGIN, bottom + 10 + i * 17, line, 'class="note"')),
  ];
  const label = `${graph.title}. ${graph.equation}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(label)}">`,
    `<style>${CSS}</style>`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="context-stroke"/></marker></defs>`,
    `<rect width="${WIDTH}" height="${height}" fill="#FFFFFF"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

const CSS = `text{font:13px sans-serif;fill:#1A1A1A}.title{font-size:17px;font-weight:bold}.mono{font-family:monospace}.row{font-size:12px;fill:#444444}.note{font-size:12px}.middle{text-anchor:middle}.small{font-size:11px}.letter{font-size:10px;font-weight:bold;text-anchor:end}.edge{fill:none;stroke:#444444;stroke-width:1.4;marker-end:url(#tip)}.root{stroke-width:2.2}.limbo{stroke-dasharray:2 3}.cut{stroke:#D55E00;stroke-width:2;stroke-dasharray:7 4}.cutText{font-size:11px;fill:#A34700;font-weight:bold}`;

/** Every row has its roots at the left, one below the other, and its slots beside them, in lines of PER_LINE. */
function placed(
  graph: LeakGraph,
  top: number,
): { boxes: Map<string, Box>; names: { y: number; lines: string[] }[]; bottom: number } {
  const boxes = new Map<string, Box>();
  const names: { y: number; lines: string[] }[] = [];
  let y = top;
  for (const { name, roots, slots } of graph.rows) {
    names.push({ y: y + LINE / 2, lines: wrapped(name, 19) });
    for (const [i, id] of roots.entries()) {
      const at = y + LINE / 2 - ROOT.height / 2 + (i - (roots.length - 1) / 2) * (ROOT.height + 6);
      boxes.set(id, { x: ROOT.left, y: at, width: ROOT.width, height: ROOT.height });
    }
    for (const [i, id] of slots.entries()) {
      const x = CELL.left + (i % PER_LINE) * CELL.pitch;
      const at = y + Math.floor(i / PER_LINE) * LINE + (LINE - CELL.height) / 2;
      boxes.set(id, { x, y: at, width: CELL.width, height: CELL.height });
    }
    y += LINE * Math.max(1, Math.ceil(slots.length / PER_LINE));
  }
  return { boxes, names, bottom: y + 10 };
}

/** To the neighbour on the right a straight arrow; from a root an arch above the line; anywhere else a curve that leaves below or above. */
function edgePath({ from, to, kind }: GraphEdge, boxes: ReadonlyMap<string, Box>): string {
  const a = boxes.get(from);
  const b = boxes.get(to);
  if (a === undefined || b === undefined) return '';
  const path = (d: string): string => `<path class="edge ${kind}" d="${d}"/>`;
  const [right, middleA, middleB] = [a.x + a.width, a.y + a.height / 2, b.y + b.height / 2];
  const isRoot = a.x === ROOT.left;
  if (b.x > right && (isRoot ? b.x === CELL.left : middleA === middleB && b.x - right < CELL.pitch)) {
    const bend = (right + b.x) / 2;
    return path(`M${right} ${middleA}C${bend} ${middleA} ${bend} ${middleB} ${b.x - 1} ${middleB}`);
  }
  if (isRoot) {
    const [bend, above, end] = [CELL.left - 22, b.y - 13, b.x + b.width / 2];
    return path(
      `M${right} ${middleA}C${bend} ${middleA} ${right} ${above} ${bend} ${above}H${end - 8}Q${end} ${above} ${end} ${b.y - 1}`,
    );
  }
  const down = b.y >= a.y;
  // Within one line the curve comes back from below; between lines it goes straight to the facing side.
  const sameLine = middleA === middleB;
  const start = { x: a.x + a.width / 2, y: down ? a.y + a.height : a.y };
  const end = { x: b.x + b.width / 2 - 6, y: down && !sameLine ? b.y - 1 : b.y + b.height + 1 };
  const away = sameLine ? 26 : Math.abs(end.y - start.y) / 2;
  const [c1, c2] = [start.y + (down ? away : -away), end.y + (down && !sameLine ? -away : away)];
  return path(`M${start.x} ${start.y}C${start.x} ${c1} ${end.x} ${c2} ${end.x} ${end.y}`);
}

function nodePicture(node: GraphNode | undefined, { x, y, width, height }: Box): string {
  if (node === undefined) return '';
  const title = `<title>${escaped(node.title)}</title>`;
  if (node.ownerClass === null) return `<g>${title}${pennant(node, { x, y, width, height })}</g>`;
  const letter = letterOf(node.ownerClass, node);
  const middle = x + width / 2;
  const [slot, content] = node.lines;
  return [
    `<g>${title}${outline(node.ownerClass, { x, y, width, height })}`,
    text(middle, content === undefined ? y + height / 2 + 5 : y + 16, slot, 'class="middle"'),
    content === undefined ? '' : text(middle, y + 31, clipped(content, 8), 'class="middle small"'),
    text(x + width, y - 3, letter, 'class="letter"'),
    '</g>',
  ].join('');
}

/** A root, or a word that was cut with what cut it, or the dots that stand for more slots. */
function pennant({ kind, lines }: GraphNode, { x, y, width, height }: Box): string {
  const middle = x + width / 2;
  if (kind === 'more')
    return lines.map((line, i) => text(middle, y + 18 + i * 13, line, 'class="middle small"')).join('');
  const isCut = kind === 'cut';
  const paint = isCut
    ? 'fill="#FFFFFF" stroke="#D55E00" stroke-dasharray="5 3"'
    : 'fill="#F2F2F2" stroke="#444444"';
  const shape = `<path d="M${x} ${y}h${width - 10}l10 ${height / 2}l-10 ${height / 2}h${10 - width}z" ${paint}/>`;
  const by = isCut ? text(x, y + height + 14, `✂ ${lines[1]}`, 'class="cutText"') : '';
  return `${shape}${text(middle - 4, y + 17, clipped(lines[0], 17), 'class="middle small"')}${by}`;
}

function outline(ownerClass: OwnerClass, { x, y, width, height }: Box): string {
  const { stroke, fill } = LOOKS[ownerClass];
  const paint = `fill="${fill}" stroke="${stroke}" stroke-width="2"`;
  const [right, bottom] = [x + width, y + height];
  const cornered = (cut: number, at = 0): string =>
    `M${x + cut + at} ${y + at}H${right - cut - at}L${right - at} ${y + cut + at}V${bottom - cut - at}L${right - cut - at} ${bottom - at}H${x + cut + at}L${x + at} ${bottom - cut - at}V${y + cut + at}z`;
  switch (ownerClass) {
    case 'reachable':
      return `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${paint}/>`;
    case 'inHand':
      return `<path d="M${x + 9} ${y}H${right - 9}L${right} ${y + height / 2}L${right - 9} ${bottom}H${x + 9}L${x} ${y + height / 2}z" ${paint}/>`;
    case 'retired':
      return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${height / 2}" ${paint}/>`;
    case 'parked':
      return `<path d="M${x} ${y + 9}L${x + width / 2} ${y}L${right} ${y + 9}V${bottom}H${x}z" ${paint}/>`;
    case 'free':
      return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" ${paint} stroke-dasharray="3 3"/>`;
    case 'leaked':
      return `<path d="${cornered(10)}" ${paint} stroke-dasharray="8 3"/>`;
    case 'conflict':
      return `<path d="${cornered(10)}" ${paint}/><path d="${cornered(9, 4)}" fill="none" stroke="${stroke}"/>`;
  }
}

function legend(y: number): string {
  const entries = Object.entries(LOOKS) as [OwnerClass, (typeof LOOKS)[OwnerClass]][];
  return entries
    .map(([ownerClass, { letter, said }], i) => {
      const x = MARGIN + i * 118;
      const box = outline(ownerClass, { x, y: y - 9, width: 30, height: 24 });
      return `${box}${text(x + 15, y + 7, letter, 'class="middle small"')}${text(x + 36, y + 7, said, 'class="small"')}`;
    })
    .join('');
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`;
}

function wrapped(line: string, letters: number): string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== '' && last.length + 1 + word.length > letters) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

function clipped(content: string, letters: number): string {
  return content.length > letters ? `${content.slice(0, letters - 1)}…` : content;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** For text and attributes. Control characters have no place in XML. */
function escaped(content: string): string {
  return visible(content)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll(NONCHARACTERS, '\ufffd');
}

const NONCHARACTERS = /[\ufffe\uffff]/g;
