import type { Block } from './blocks.ts';

/** A command line of a cluster's job description, with the environment that the cluster gives it. */
export interface Job {
  readonly line: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Tasks in place of the many that the text asks for. */
const TASKS = 3;

/**
 * The command lines of a description, in the order in which a cluster runs them: once for each of its tasks, of which there are three. Null
 * if the block describes no job. `/parts`, where a volume is mounted, is the folder `parts`.
 */
export function jobsOf({ text, language }: Block): Job[] | null {
  if (text.includes('#SBATCH')) return slurmJobs(text);
  if (language !== 'yaml') return null;
  if (text.includes('kind: Job')) return kubernetesJobs(text);
  return text.includes('runs-on:') ? actionsJobs(text) : null;
}

function numbers(many: number, from: number): string[] {
  return Array.from({ length: many }, (_, i) => String(i + from));
}

function slurmJobs(text: string): Job[] {
  const [, first, last] = /--array=(\d+)-(\d+)/.exec(text)!;
  const line = text.replaceAll(`/${last}`, `/${TASKS}`);
  return numbers(TASKS, Number(first)).map((task) => ({
    line,
    env: { SLURM_ARRAY_TASK_ID: task, SLURM_CPUS_PER_TASK: '2' },
  }));
}

function kubernetesJobs(text: string): Job[] {
  const [, completions] = /completions: (\d+)/.exec(text)!;
  // A folded scalar: lines that are indented alike are one line.
  const [, , folded] = /^( *)- >\n((?:\1 {2}.*\n)+)/m.exec(text)!;
  const line = folded!
    .replaceAll(/\n\s*/g, ' ')
    .trim()
    .replaceAll(`/${completions}`, `/${TASKS}`)
    .replaceAll('/parts/', 'parts/');
  return numbers(TASKS, 0).map((task) => ({ line, env: { JOB_COMPLETION_INDEX: task } }));
}

/** Job after job of a workflow; what one uploads and the next downloads is in the same folder. */
function actionsJobs(text: string): Job[] {
  const [, listed] = /matrix: \{ \w+: \[([^\]]+)\] \}/.exec(text)!;
  const tasks = listed!.split(',').map((each) => each.trim());
  const lines = [...text.matchAll(/^ *- run: (.*)$/gm)].map(([, line]) => line!);
  return lines.flatMap((line) => {
    const each = /\$\{\{ matrix\.\w+ \}\}/g;
    const copies = each.test(line) ? tasks.map((task) => line.replaceAll(each, task)) : [line];
    return copies.map((copy) => ({ line: copy, env: {} }));
  });
}
