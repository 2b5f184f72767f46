import { describe, expect, test } from 'vitest';
import { commandsFor } from '../dist/src/cli/commands/all.js';
import { type Block, blocksOf, documents } from './examples/blocks.ts';
import { jobsOf } from './examples/jobs.ts';
import { helpExamples, isCheap, labArguments, typedExamples } from './examples/lines.ts';
import { Shell } from './examples/shell.ts';

const examples = [...typedExamples(), ...helpExamples(await commandsFor([]))];

/** A long campaign is shown with a program that takes minutes; its lines do the same with a small one. */
function small(line: string): string {
  return line.replaceAll('"e d | d e d"', '"e | d"');
}

/** What measures for minutes is interrupted, as its text says that it may be. */
function interruption(line: string): number | null {
  const args = labArguments(line);
  const isLong =
    args?.[0] === 'bench' &&
    !args.includes('--quick') &&
    !args.some((arg) => arg.endsWith('.json') && args[1] === arg);
  return isLong ? 20_000 : null;
}

/** The exit statuses that a line may end with. */
function endings(line: string): readonly number[] {
  if (interruption(line) !== null) return [130];
  if (!line.includes('--mutant')) return [0];
  // A mutant is found by every search; on free threads it may not be.
  return line.includes(' stress ') ? [0, 1] : [1];
}

/** What bench says of a peer or a library that it leaves out. Nothing else is said on stderr. */
const REMARK = / is left out[ :].*\.$/;

describe('runs as it stands:', () => {
  const costly = examples.filter(({ lines }) => lines.some((line) => !isCheap(line)));

  test.each(costly.map(({ place, lines }) => [place, lines] as const))(
    '%s',
    async (_, lines) => {
      using shell = new Shell();
      for (const line of lines.map((each) => small(each))) {
        await shell.prepare(line);
        const interruptAfter = interruption(line);
        const { status, stdout, stderr } = await shell.run(line, { interruptAfter });
        expect(endings(line), `${line}\n${stderr}`).toContain(status);
        for (const remark of stderr.split('\n').slice(0, -1)) expect(remark).toMatch(REMARK);
        if (labArguments(line) !== null) expect(stdout.length).toBeGreaterThan(50);
      }
    },
    600_000,
  );
});

describe('a job', () => {
  const jobs = documents()
    .flatMap((file) => blocksOf(file))
    .filter((block: Block) => jobsOf(block) !== null);

  test.each(jobs.map((block) => [`${block.file}:${block.line}`, block] as const))(
    '%s runs, task after task, and its parts make a whole',
    async (_, block) => {
      using shell = new Shell();
      for (const { line, env } of jobsOf(block)!) {
        const done = await shell.run(small(line), { env });
        expect({ line, ...done }).toMatchObject({ line, status: 0, stderr: '' });
      }
      const parts = '$(ls parts/*.json part-*.json [0-9].json 2>/dev/null)';
      const whole = await shell.run(`lockfree-lab explore --merge ${parts} --json`);
      expect(whole).toMatchObject({ status: 0, stderr: '' });
      expect(JSON.parse(whole.stdout)).toMatchObject({ complete: true, program: 'e | d', findings: [] });
    },
    600_000,
  );
});
