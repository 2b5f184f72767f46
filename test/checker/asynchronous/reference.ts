import type { AsyncProgram, Statement, Sync } from './programs.ts';

/** Statements that are being run, as a callback or as an asynchronous function. */
interface Running {
  readonly statements: readonly Statement[];
  at: number;
  /** What an await came to, and is noted when it goes on; null if that is nothing. */
  came: unknown;
  /** True of the body of the thread. */
  readonly isMain: boolean;
}

interface Waiting {
  readonly id: number;
  readonly word: number;
  readonly isTimed: boolean;
  isWoken: boolean;
  readonly running: Running;
}

/** A thread: what it runs, and what it has to run. Awaiting functions are where they will be gone on with. */
interface ThreadState {
  /** Who was begun by whom stands above; the last one runs. */
  stack: Running[];
  microtasks: Running[];
  ticks: Running[];
  immediates: Running[];
  timers: { readonly delay: number; due: number; readonly set: number; readonly running: Running }[];
  receivers: Running[];
  waits: Waiting[];
  /** Promise jobs are drained before ticks that they queue. */
  drains: boolean;
  mainEnded: boolean;
  clock: number;
  made: number;
  readonly log: unknown[];
}

interface State {
  readonly words: number[];
  /** By word, those that wait, as thread and number. */
  readonly sleepers: [thread: number, id: number][][];
  /** By thread, what was sent to it and is not taken. */
  readonly inboxes: number[][];
  readonly threads: ThreadState[];
}

/** All that may come of a program, as text: of each end, and of each in which a thread that must end sleeps. */
export interface Outcomes {
  readonly ends: ReadonlySet<string>;
  readonly sleeps: boolean;
}

const SHARED: ReadonlySet<string> = new Set([
  'load',
  'add',
  'store',
  'cas',
  'notify',
  'post',
  'poll',
  'waitAsync',
]);
const LONGEST = 3;

function running(statements: readonly Statement[], isMain = false): Running {
  return { statements, at: 0, came: null, isMain };
}

/** Every interleaving, state by state, with event loops that are written out: it shares no code with the checker. */
export function outcomesOf({ threads, serves }: AsyncProgram, most = Infinity): Outcomes | null {
  const ends = new Set<string>();
  let sleeps = false;
  const first: State = {
    words: [0, 0],
    sleepers: [[], []],
    inboxes: [[], []],
    threads: threads.map((body) => ({
      stack: [running(body, true)],
      microtasks: [],
      ticks: [],
      immediates: [],
      timers: [],
      receivers: [],
      waits: [],
      drains: false,
      mainEnded: false,
      clock: 0,
      made: 0,
      log: [],
    })),
  };
  for (const thread of [0, 1]) goOn(first, thread);
  const known = new Set<string>();
  const left = [first];
  for (let state = left.pop(); state !== undefined; state = left.pop()) {
    const key = JSON.stringify(state);
    if (known.has(key)) continue;
    known.add(key);
    if (known.size > most) return null;
    const next = [0, 1].flatMap((thread) => movesOf(state, thread));
    left.push(...next);
    if (next.length > 0) continue;
    const done = state.threads.map((thread) => thread.mainEnded && thread.waits.length === 0);
    if (!serves && !done.every(Boolean)) sleeps = true;
    else ends.add(JSON.stringify([state.words, state.threads.map(({ log }, i) => (done[i] ? log : null))]));
  }
  return { ends, sleeps };
}

const copyOf = (state: State): State => structuredClone(state);

/** The states after one step on what is shared, and what of the thread's own follows it. */
function movesOf(state: State, thread: number): State[] {
  if ((state.threads[thread] as ThreadState).stack.length === 0) return tasksOf(state, thread);
  const after = copyOf(state);
  const me = after.threads[thread] as ThreadState;
  const mine = me.stack.at(-1) as Running;
  share(after, thread, me, mine.statements[mine.at++] as Statement);
  goOn(after, thread);
  return [after];
}

/** A step on what is shared. */
function share(state: State, thread: number, me: ThreadState, [what, ...given]: Statement): void {
  const [word, second, third] = given as number[];
  const { words, sleepers, inboxes } = state;
  const before = words[word as number] as number;
  if (what === 'load') me.log.push(before);
  if (what === 'add') me.log.push(words[word as number]++);
  if (what === 'store') words[word as number] = second as number;
  if (what === 'cas') {
    me.log.push(before);
    if (before === second) words[word as number] = third as number;
  }
  if (what === 'notify') {
    const woken = (sleepers[word as number] as [number, number][]).shift();
    me.log.push(woken === undefined ? 0 : 1);
    const waits = woken === undefined ? [] : (state.threads[woken[0]] as ThreadState).waits;
    for (const wait of waits) if (wait.id === woken?.[1]) wait.isWoken = true;
  }
  if (what === 'post') (inboxes[1 - thread] as number[]).push(word as number);
  if (what === 'poll') me.log.push((inboxes[thread] as number[]).shift() ?? 'nothing');
  if (what !== 'waitAsync') return;
  if (before !== second) {
    me.log.push('not-equal');
    return;
  }
  const id = me.made++;
  (sleepers[word as number] as [number, number][]).push([thread, id]);
  const waiting = { id, word: word as number, isTimed: given[2] as boolean, isWoken: false };
  me.waits.push({ ...waiting, running: me.stack.pop() as Running });
}

/** Runs what is the thread's own, up to its next step on what is shared or to the end of its jobs. */
function goOn(state: State, thread: number): void {
  const me = state.threads[thread] as ThreadState;
  while (true) {
    if (me.stack.length === 0 && !nextJob(me)) return;
    const now = me.stack.at(-1) as Running;
    if (now.came !== null) me.log.push(now.came);
    now.came = null;
    const statement = now.statements[now.at];
    if (statement === undefined) {
      if (now.isMain) me.mainEnded = true;
      me.stack.pop();
    } else if (SHARED.has(statement[0])) return;
    else {
      now.at++;
      own(me, now, statement);
    }
  }
}

/** After a task: all ticks, then all promise jobs, and so on until there are none of either. */
function nextJob(me: ThreadState): boolean {
  if (me.drains && me.microtasks.length === 0) me.drains = false;
  if (!me.drains && me.ticks.length === 0) me.drains = true;
  const next = (me.drains ? me.microtasks : me.ticks).shift();
  if (next === undefined) me.drains = false;
  else me.stack.push(next);
  return next !== undefined;
}

function own(me: ThreadState, now: Running, statement: Statement): void {
  const then = (): Running => running(statement.at(-1) as readonly Sync[]);
  switch (statement[0]) {
    case 'microtask':
      me.microtasks.push(then());
      break;
    case 'tick':
      me.ticks.push(then());
      break;
    case 'immediate':
      me.immediates.push(then());
      break;
    case 'timeout':
      setTimer(me, statement[1], then());
      break;
    case 'yield':
      me.microtasks.push(now);
      me.stack.pop();
      break;
    case 'sleep':
      setTimer(me, statement[1], now);
      me.stack.pop();
      break;
    case 'receive':
      me.receivers.push(now);
      me.stack.pop();
      break;
    case 'begin':
      // It begins at once, and who began it goes on where it first awaits.
      me.stack.push(running(statement[1]));
  }
}

function setTimer(me: ThreadState, delay: number, then: Running): void {
  me.timers.push({ delay, due: me.clock + delay, set: me.made++, running: then });
}

/** The states after the thread has begun its next task, one for each that may be next and each time that may have passed. */
function tasksOf(state: State, thread: number): State[] {
  const me = state.threads[thread] as ThreadState;
  const next: State[] = [];
  const after = (change: (me: ThreadState, state: State) => void): void => {
    const copy = copyOf(state);
    change(copy.threads[thread] as ThreadState, copy);
    goOn(copy, thread);
    next.push(copy);
  };
  for (let passed = 0; passed <= (me.timers.length > 0 ? 2 * LONGEST : 0); passed++) {
    const clock = me.clock + passed;
    for (const [i, timer] of me.timers.entries()) {
      const isBefore = (other: (typeof me.timers)[number]): boolean =>
        other.due < timer.due ||
        (other.due === timer.due && other.delay === timer.delay && other.set < timer.set);
      if (timer.due > clock || me.timers.some(isBefore)) continue;
      after((mine) => {
        mine.clock = clock;
        const [fired] = mine.timers.splice(i, 1);
        startTask(mine, (fired as (typeof mine.timers)[number]).running);
      });
    }
    if (me.immediates.length > 0)
      after((mine) => {
        mine.clock = clock;
        startTask(mine, mine.immediates.shift() as Running);
      });
    if (me.receivers.length > 0 && (state.inboxes[thread] as number[]).length > 0)
      after((mine, copy) => {
        mine.clock = clock;
        const message = (copy.inboxes[thread] as number[]).shift();
        for (const each of mine.receivers) mine.microtasks.push(Object.assign(each, { came: message }));
        mine.receivers = [];
      });
    for (const [i, wait] of me.waits.entries()) {
      if (!wait.isWoken && !wait.isTimed) continue;
      after((mine, { sleepers }) => {
        mine.clock = clock;
        const [over] = mine.waits.splice(i, 1) as [Waiting];
        sleepers[over.word] = (sleepers[over.word] as [number, number][]).filter(
          ([who, id]) => who !== thread || id !== over.id,
        );
        mine.microtasks.push(Object.assign(over.running, { came: over.isWoken ? 'ok' : 'timed-out' }));
      });
    }
  }
  return next;
}

/** A callback begins at once; an asynchronous function goes on in a promise job. */
function startTask(me: ThreadState, next: Running): void {
  if (next.at > 0) me.microtasks.push(next);
  else me.stack.push(next);
}
