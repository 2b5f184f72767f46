import { auditJson } from '../../judge/audit/audit.ts';
import { titleIn } from '../../laboratory/structures.ts';
import { UsageError } from '../../errors.ts';
import { auditText, NAMED } from '../../report/text/audit-text.ts';
import { wrap } from '../../report/text/columns.ts';
import { leakGraphDot } from '../../report/plots/leak-graph-dot.ts';
import { leakGraphSvg } from '../../report/plots/leak-graph-svg.ts';
import { leakGraph } from '../../report/plots/leak-graph.ts';
import { auditPage } from '../../report/page/report-pages.ts';
import { htmlOption, pageCommand } from '../page.ts';
import { visible } from '../../visible.ts';
import { command, type Command } from '../arguments/command.ts';
import { structureAsked } from '../arguments/module-url.ts';
import { flag, integer, text } from '../arguments/option.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';

import { auditSubject, judgeAudit } from '../audit-subject.ts';

export const auditCommand: Command = command({
  name: 'audit',
  summary: 'Accounts for every slot of a snapshot, or of a step of a trace.',
  about:
    'Says what owns each slot, which slots have no owner and since when, and which thread holds back what was retired. The exit ' +
    'status is 1 if there is damage that the scheme promises not to do.',
  positionals: [{ name: 'file', help: 'A snapshot (stress --snapshot FILE) or a trace (run --trace FILE).' }],
  options: {
    step: integer('N', 'For a trace: audit the state after step N; 0 is the start. Default: the last step.', {
      least: 0,
      most: Number.MAX_SAFE_INTEGER,
    }),
    dot: text(
      'FILE',
      'Writes the graph of the slots for Graphviz: which slot leads to which, and which link was cut.',
    ),
    svg: text('FILE', 'Writes the same graph as a picture.'),
    html: htmlOption,
    scheme: text(
      'FILE',
      "The module of a user's own scheme, where the trace was made under one: a file never runs code by itself.",
    ),
    structure: text(
      'FILE',
      "The module of a user's own structure, where the file is of one: its roots and steps are then called by their names.",
    ),
    all: flag('Shows the counters of every thread, and all notes.'),
  },
  examples: [
    ['lockfree-lab audit slab.snapshot', 'Audits the slab of a stress run.'],
    ['lockfree-lab audit aba.jsonl --step 35 --svg aba.svg', 'Audits a step of a trace, with a picture.'],
  ],
  run: async (context, { step, dot, svg, html, scheme: module, structure, all }, [file]) => {
    for (const path of [dot, svg, html]) if (path !== null) checkWritable(path);
    const named = structure === null ? null : await structureAsked(structure);
    const subject = await auditSubject(file, step, module);
    const { of, audit: audited, losses, choice, show, cut } = subject;
    if (named !== null && audited.geometry.structure !== named.NUMBER) {
      throw new UsageError(
        `--structure says ${structure}, and ${visible(file)} is of a ${titleIn(audited.geometry)}: leave --structure out.`,
      );
    }
    context.print(auditText({ ...subject, all }, context.style));
    if (cut !== null) throw new UsageError(cut);
    const { isBroken, sentence, findings } = judgeAudit(subject);
    const paint = isBroken ? context.style.damage : context.style.ok;
    for (const line of wrap(sentence, context.style.columns)) context.print(paint(line));
    if (html !== null) {
      const report = { ...subject, all };
      writeFile(html, auditPage({ report, sentence, isBroken }, pageCommand()));
    }
    if (dot !== null || svg !== null) {
      const graph = leakGraph(audited, { title: `Audit ${of}`, losses, show });
      if (dot !== null) writeFile(dot, leakGraphDot(graph));
      if (svg !== null) writeFile(svg, leakGraphSvg(graph));
    }
    return {
      broken: isBroken,
      document: {
        verdict: isBroken ? 'broken' : 'as-claimed',
        file,
        step: subject.step,
        scheme: choice?.scheme.ID ?? null,
        findings,
        audit: auditJson(audited),
        losses: losses.slice(0, NAMED).map((loss) => ({ ...loss, together: loss.together.slice(0, NAMED) })),
        retained: subject.retained,
      },
    };
  },
});
