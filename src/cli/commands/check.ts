import { readFileSync } from 'node:fs';
import { CheckFailure } from '../../checker/check-failure.ts';
import { checkWasm } from '../../checker/wasm/check-wasm.ts';
import { LIMITS, limitsText } from '../../checker/wasm/limits.ts';
import type { CheckWasm } from '../../checker/wasm/types.ts';
import { UsageError } from '../../errors.ts';
import { wrap } from '../../report/text/columns.ts';
import { strategies } from '../../search/strategies/all.ts';
import { command, type Command, type Context, type Result } from '../arguments/command.ts';
import { choice, flag, integer, number, text, texts } from '../arguments/option.ts';
import { callsByThreads, readCalls, readThreads, readVariables } from '../check/calls.ts';
import { conditionOf, refuseUnknownNames } from '../check/condition.ts';
import { readModel } from '../check/model.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';

const UNIT = { least: 1, most: 2 ** 31 };

export const checkCommand: Command = command({
  name: 'check',
  summary: 'Runs functions of a WebAssembly module as threads in every order, and judges every execution.',
  about:
    'The module may be compiled from C, C++, Rust, Zig or AssemblyScript: it exports the functions, and nothing else is asked of it. Memory is shared, ' +
    'each thread has its own stack, and nothing outside is reached. The exit status is 1 if an execution fails.',
  positionals: [{ name: 'module', help: 'The module, as in lock.wasm.' }],
  options: {
    threads: text(
      'THREADS',
      'For each thread an exported function and its arguments: "push 1 | push 2 | pop"; or several, as in "push 1; pop | pop". &NAME is the address of a variable.',
    ),
    setup: text('CALLS', 'Calls that are made once, before the threads begin: "init 4; push 7".'),
    invariant: text(
      'CONDITION',
      'What must hold at the start and after every step, by the variables of the module, in JavaScript: "counter <= 2".',
    ),
    finally: text(
      'CONDITION',
      'What must hold at the end of every execution; results are what the threads returned: "results[0] !== results[1]".',
    ),
    model: text(
      'MODEL',
      'A sequential model, for which every history of the calls must be linearizable: queue, stack, set or register, or a module of your own that exports ' +
        'initial and apply(state, name, argument), which returns [next state, answer]. A named one knows functions by their usual names, or by what is said, as in ' +
        '"queue put=add_tail take=get empty=-1 initial=5,6" (what is there first comes first). It knows values by last arguments, and answers 1 for done and 0 for not; ' +
        'from an empty one 0 is taken, if nothing else is said.',
    ),
    variable: texts(
      'NAME=ADDRESS:TYPE',
      'A variable that the module does not tell of: counter=1024:i32, or ring=&ring:u8[16] at the address of one that it exports.',
    ),
    races: choice(
      ['forbid', 'allow'],
      'forbid',
      'Whether plain accesses that race are a failure by themselves.',
    ),
    allocator: choice(
      ['modelled', 'own'],
      'modelled',
      'Whether malloc, free and their like are done by the check, which tells of wrong uses, or are code as any other.',
    ),
    leaks: choice(
      ['forbid', 'allow'],
      'forbid',
      'Whether allocated memory to which nothing leads at the end is a failure.',
    ),
    'lock-free': flag(
      'Also asks whether each thread can finish alone from everywhere, the others standing still.',
    ),
    strategy: text(
      'ID',
      `Which executions are made: ${strategies.map(({ id }) => id).join(', ')}. Left out: all, then those that the time is for.`,
    ),
    'max-preemptions': integer('N', 'Only executions with at most N preemptions.', { least: 0, most: 99 }),
    'max-executions': integer('N', 'End after N executions.', UNIT),
    'max-seconds': number('S', 'End after S seconds. Left out: fail if 60 do not suffice.', {
      least: 0.1,
      most: 86_400,
    }),
    'step-limit': integer('N', 'Steps that a thread may make in an execution. Default 1000.', UNIT),
    seed: integer('N', 'The seed of all random choices. Default 1.', { least: 0, most: 2 ** 32 - 1 }),
    replay: text('LINE', 'Runs one execution alone: the line that a failure ends with.'),
    html: text('FILE', 'Writes a failure as a page for a browser, in one file that loads nothing.'),
  },
  examples: [
    [
      'lockfree-lab check src/checker/wasm/example/stack.wasm --threads "pop | swap" --finally "top.node !== results[1]"',
      'A stack compiled from C: what a thread has taken is not on top any more.',
    ],
    [
      'lockfree-lab check src/checker/wasm/example/stack.wasm --threads "pop; push 1 | pop" --lock-free',
      'Two threads, one of them with two calls.',
    ],
    [
      'lockfree-lab check src/checker/wasm/example/stack.wasm --threads "pop; push 1 | pop" --model "stack initial=3,2,1"',
      'The same, each history held against a stack.',
    ],
  ],
  run: async (context, options, [file]) => {
    const { html, threads: given, model } = options;
    if (html !== null) checkWritable(html);
    if (given === null)
      throw new UsageError(
        `There are no threads to check ${file} with: give exported functions, as in --threads "push 1 | push 2 | pop".`,
      );
    const bytes = read(file);
    const threads = readThreads(given);
    const setup = options.setup === null ? null : readCalls(options.setup, 'setup');
    const what = {
      threads,
      variables: readVariables(options.variable),
      races: options.races,
      allocator: options.allocator,
      leaks: options.leaks,
      lockFree: options['lock-free'],
      ...named('setup', setup),
      ...named(
        'model',
        model === null
          ? null
          : await readModel(model, { bytes, calls: callsByThreads(threads), setup: setup ?? [] }),
      ),
      ...named('always', options.invariant === null ? null : conditionOf('invariant', options.invariant)),
      ...named('finally', options.finally === null ? null : conditionOf('finally', options.finally)),
      ...named('strategy', options.strategy),
      ...named('preemptions', options['max-preemptions']),
      ...named('maxExecutions', options['max-executions']),
      ...named('maxSeconds', options['max-seconds']),
      ...named('stepLimit', options['step-limit']),
      ...named('seed', options.seed),
      ...named('replay', options.replay),
    } as CheckWasm;
    return judged(context, bytes, what, html);
  },
});

/** An option that was given. */
function named(name: keyof CheckWasm, value: unknown): object {
  return value === null ? {} : { [name]: value };
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}): give the path of a WebAssembly module.`,
      { cause: error },
    );
  }
}

function judged(
  { print, style, remark }: Context,
  bytes: Uint8Array,
  what: CheckWasm,
  html: string | null,
): Result {
  try {
    const { summary, executions, complete, races, seconds } = checkWasm(bytes, what);
    print(`${wrap(summary, style.columns).join('\n')}\n\n${limitsText()}`);
    if (html !== null) remark('Nothing failed, so there is no execution to write as a page.');
    const verdict = complete ? 'as-claimed' : 'undecided';
    const document = {
      verdict,
      executions,
      complete,
      summary,
      races,
      seconds,
      limits: LIMITS,
      failure: null,
    };
    return { broken: false, document };
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    refuseUnknownNames(error.cause);
    print(error.message);
    if (html !== null) writeFile(html, error.html());
    const { executions } = error;
    const document = {
      verdict: 'broken',
      executions,
      complete: false,
      limits: LIMITS,
      failure: error.toJSON(),
    };
    return { broken: true, document };
  }
}
