import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { counted } from '../../counted.ts';
import { UsageError } from '../../errors.ts';
import { type BenchResult, parseBench } from '../../bench/result-file.ts';
import { model } from '../../model/engine.ts';
import { misfit, type Schema } from '../../observe/members.ts';
import { parseTrace } from '../../observe/trace-file.ts';
import { auditSection, benchSections, plotsOf } from '../../report/page/report-pages.ts';
import { collectedPage, type CollectedRecord } from '../../report/page/collected-page.ts';
import { documentSection, type LabDocument } from '../../report/page/document-section.ts';
import { viewOfRun } from '../../report/page/view-of-run.ts';
import { structureCharts } from '../../report/plots/structure-charts.ts';
import { hang } from '../../report/text/columns.ts';
import { differenceText, firstDifference } from '../../report/text/difference.ts';
import { plainStyle } from '../../report/text/style.ts';
import { verdictOf } from '../../report/text/run-text.ts';
import { runScenario } from '../../scenario/scenario-run.ts';
import { visible } from '../../visible.ts';
import { auditSubject, judgeAudit } from '../audit-subject.ts';
import { command, type Command, SCHEMA_VERSION } from '../arguments/command.ts';
import { textOr } from '../arguments/option.ts';
import { pageCommand } from '../page.ts';
import { programFrom } from '../recording.ts';
import { requestOf, runAgain } from '../run-again.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';

const USUAL = 'out/report.html';

export const report: Command = command({
  name: 'report',
  summary: 'Puts several records on one page: traces, snapshots, results of benchmarks, documents.',
  about:
    'A trace is run again on the model, and the page says whether every step came out as recorded; it can be stepped through. A snapshot is audited. ' +
    'A result of a benchmark is shown with its plots, those of several structures also side by side, and a document of --json with its findings. The exit status is 1 if a record is of a broken claim, or a ' +
    'trace did not come out as recorded.',
  positionals: [
    {
      name: 'files',
      help: 'What run --trace, stress --snapshot and bench --out wrote, and documents of --json.',
      many: true,
    },
  ],
  options: { html: textOr(USUAL, 'FILE', 'The page, one file that loads nothing.') },
  examples: [
    ['lockfree-lab report aba.jsonl slab.snapshot --html report.html', 'A trace and a snapshot on one page.'],
  ],
  run: async ({ print, style, signal }, { html }, files) => {
    if (html === USUAL) mkdirSync(dirname(html), { recursive: true });
    checkWritable(html);
    const records: RecordOfFile[] = [];
    for (const file of files) {
      if (signal.aborted) break;
      const record = await recordOf(file);
      records.push(record);
      const { what, verdict } = record;
      const paint = verdict?.isBroken === true ? style.damage : style.ok;
      print(`${visible(file)}: ${what}`);
      if (verdict !== null) for (const line of hang('  ', verdict.text, style.columns)) print(paint(line));
    }
    const common = plotsOf(structureCharts(records.flatMap(({ bench = [] }) => bench)));
    writeFile(html, collectedPage(records, pageCommand(), common));
    print(`${counted(records.length, 'record')} on the page ${html}`);
    const broken = records.some(({ verdict }) => verdict?.isBroken === true);
    return {
      broken,
      document: {
        verdict: broken ? 'broken' : 'as-claimed',
        findings: [],
        audit: null,
        seed: null,
        page: html,
        records: records.map(({ file, what, verdict }) => ({ file, what, verdict: verdict?.text ?? null })),
      },
    };
  },
});

/** A record, and the result that it is, if it is one of a benchmark. */
type RecordOfFile = CollectedRecord & { readonly bench?: BenchResult };

/** How the first line of a trace begins. */
const TRACE = '{"kind":"trace"';

/** What a file is, by how it begins. The code that reads the whole of it says what is wrong with it. */
async function recordOf(file: string): Promise<RecordOfFile> {
  const text = textOf(file);
  if (text.startsWith(TRACE)) return traceRecord(file, text);
  if (!text.trimStart().startsWith('{')) return snapshotRecord(file);
  const document = documentIn(text);
  if (document?.['kind'] === 'bench') {
    const result = parseBench(text, file);
    const what = `a benchmark of ${counted(result.cells.length, 'cell')} on ${visible(result.machine.cpu)}`;
    return { file, what, verdict: null, shown: benchSections(result), bench: result };
  }
  if (document?.['schemaVersion'] === SCHEMA_VERSION && 'verdict' in document)
    return documentRecord(file, labDocument(document, file));
  throw new UsageError(
    `The file ${visible(file)} is no record of the lab: give what run --trace, stress --snapshot or bench --out wrote, or a document of --json.`,
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `The file ${visible(file)} cannot be read (${code ?? message}): give the path of a record.`,
      { cause: error },
    );
  }
}

function documentIn(text: string): LabDocument | null {
  try {
    return JSON.parse(text) as LabDocument | null;
  } catch {
    return null;
  }
}

const VERDICT = v.nullable(v.string());

/** What every document of `--json` has, whatever its command adds. */
const DOCUMENT: Schema = v.looseObject({
  verdict: VERDICT,
  findings: v.array(v.looseObject({ kind: v.string() })),
});

/** The same of one that says of a check what such a check cannot see: it stops at the first failure. */
const CHECKED: Schema = v.looseObject({
  verdict: VERDICT,
  executions: v.number(),
  complete: v.boolean(),
  failure: v.nullable(v.looseObject({ kind: v.string() })),
});

/** A document of `--json` that was read from a file. Throws a UsageError if a member is missing or wrong that every one has. */
function labDocument(value: LabDocument, file: string): LabDocument {
  const wrong = misfit('limits' in value ? CHECKED : DOCUMENT, value);
  if (wrong === null) return value;
  throw new UsageError(
    `The document ${visible(file)} is not as a command writes it: ${wrong} is missing or wrong; make it anew with --json.`,
  );
}

async function traceRecord(file: string, contents: string): Promise<CollectedRecord> {
  const trace = parseTrace(contents, file);
  const request = requestOf(file, trace, null);
  const subject = await programFrom(`the trace ${visible(file)}`, request.subject, null);
  const { scenario, case: each, options } = await runAgain(request, subject, null, true);
  const run = await runScenario(model, scenario, each, options);
  const style = plainStyle({ columns: Infinity });
  const difference = firstDifference(trace, run, style);
  const { text } = verdictOf(run);
  return {
    file,
    what: `a trace of ${visible(subject)} under ${run.choice.name}`,
    verdict: {
      text:
        difference === null
          ? `All ${trace.events.length} events came out as recorded. ${text}`
          : differenceText(difference, style),
      isBroken: difference !== null || run.verdict === 'broken',
    },
    shown: viewOfRun(run),
  };
}

async function snapshotRecord(file: string): Promise<CollectedRecord> {
  const subject = await auditSubject(file, null, null);
  const { isBroken, sentence } = judgeAudit(subject);
  const section = auditSection({ report: { ...subject, all: false }, sentence, isBroken });
  return {
    file,
    what: `a snapshot of ${counted(subject.audit.slots, 'slot')}`,
    verdict: { text: sentence, isBroken },
    shown: [section],
  };
}

function documentRecord(file: string, document: LabDocument): CollectedRecord {
  const { verdict } = document;
  const name = ['scenario', 'program', 'subject', 'workload', 'scheme']
    .map((member) => document[member])
    .find((value) => typeof value === 'string');
  return {
    file,
    what: `a document${name === undefined ? '' : ` about ${visible(name)}`}`,
    verdict:
      typeof verdict === 'string'
        ? { text: verdict.replace('-', ' '), isBroken: verdict === 'broken' }
        : null,
    shown: documentSection(document),
  };
}
