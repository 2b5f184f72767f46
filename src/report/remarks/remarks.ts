import { counted, withCommas } from '../../counted.ts';
import { takes } from '../../laboratory/structures.ts';
import { blame, type Loss } from '../../judge/audit/blame.ts';
import { equation } from '../../judge/audit/audit.ts';
import type { Belief } from '../../judge/damage/beliefs.ts';
import { cardOf, isOneOf } from '../../laboratory/labels.ts';
import { GLOBAL } from '../../kernel/layout.ts';
import type { Finding, ReturnRecord, StepRecord, StopRecord, TraceEvent } from '../../observe/trace.ts';
import type { Note } from '../../scenario/note.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { birthsBetween, changesBetween } from '../../scenario/promise.ts';
import { markOf } from '../../laboratory/announcements.ts';
import { schemeState, type Wording } from '../words.ts';
import { announcedText, fullText, killedText, pinnedAt, remarksOnStep, stoppedText } from './derived.ts';
import { type NoteContext, isAt, filledNote } from './notes.ts';
import { Scene } from './scene.ts';

/** A remark on a row of a story. */
export interface Remark {
  readonly text: string;
  /** True if the row is shown in any case; else where there is room. */
  readonly must: boolean;
}

/** The remarks of a run, by the number of the step; those at the end of a thread by the thread. */
export interface Remarks {
  readonly steps: ReadonlyMap<number, readonly Remark[]>;
  readonly stops: ReadonlyMap<number, readonly Remark[]>;
  /** The notes of the scenario that were shown. */
  readonly shown: ReadonlySet<Note>;
}

/** All that is remarked on a run: what the scenario has to say where it holds, what follows from the steps themselves, and damage. */
export function remarksOf(run: ScenarioRun, wording: Wording): Remarks {
  return new Teller(run, wording).tell();
}

/** A thread that stands in the middle of an operation while others move. */
interface Pause {
  readonly thread: number;
  /** The last step that it made. */
  readonly step: number;
  readonly text: string;
  readonly beliefs: readonly Belief[];
  /** The furthest epoch that is seen while it stands pinned; null if it is not pinned. */
  epoch: number | null;
  /** True once something that it knows is so no more. */
  stale: boolean;
}

class Teller {
  readonly #run: ScenarioRun;
  readonly #wording: Wording;
  readonly #scene: Scene;
  readonly #steps = new Map<number, Remark[]>();
  readonly #stops = new Map<number, Remark[]>();
  readonly #shown = new Set<Note>();
  readonly #pauses = new Map<number, Pause>();
  /** How often each thread has made each step in its current operation. */
  readonly #passed = new Map<string, number>();
  /** What a thread does time and again is marked every time and told once. */
  readonly #told = new Set<string>();
  readonly #fulls = new Map<number, string>();
  readonly #threads: readonly number[];
  /** The thread that does the first damage, or else the one that the scenario watches. */
  readonly #main: number;
  /** The kinds of remarks about it that were told: the first of each is shown in any case. */
  readonly #mains = new Set<string>();

  constructor(run: ScenarioRun, wording: Wording) {
    this.#run = run;
    this.#wording = wording;
    this.#scene = new Scene(run.trace);
    this.#threads = run.program.threads.map((_, i) => i + 1);
    this.#main = run.findings[0]?.thread ?? Number(/^T(\d+)/.exec(run.scenario.watch)?.[1]);
  }

  tell(): Remarks {
    const { events } = this.#run.trace;
    let last: StepRecord | null = null;
    for (const [i, event] of events.entries()) {
      if (event.kind === 'step') {
        if (last !== null && last.thread !== event.thread) this.#pause(last, i);
        this.#resume(event.thread);
        last = event;
      }
      this.#scene.see(event);
      if (event.kind === 'invoke') this.#begun(event.thread);
      else this.#remarkOn(event, i);
    }
    for (const thread of this.#pauses.keys()) this.#resume(thread);
    return { steps: this.#steps, stops: this.#stops, shown: this.#shown };
  }

  #begun(thread: number): void {
    for (const key of this.#passed.keys()) if (key.startsWith(`${thread} `)) this.#passed.delete(key);
  }

  #remarkOn(event: StepRecord | ReturnRecord | StopRecord, i: number): void {
    const key = `${event.thread} ${event.kind === 'step' ? event.label : ''}`;
    const passed = (this.#passed.get(key) ?? 0) + 1;
    if (event.kind === 'step') this.#passed.set(key, passed);
    if (event.kind === 'step') this.#onStep(event);
    if (event.kind === 'return' && event.outcome === 'full') this.#full(event);
    if (event.kind === 'stop' && event.reason === 'killed')
      this.#say(event, killedText(event, this.#takenBy(event.thread, i), this.#scene), true);
    this.#notes(event, i, passed);
  }

  /** The first refusal of a thread is told, and each one whose reason is another. */
  #full(event: ReturnRecord): void {
    const text = fullText(event, this.#scene);
    const before = this.#fulls.get(event.thread);
    this.#fulls.set(event.thread, text);
    if (text !== before) this.#say(event, text, before === undefined);
  }

  #onStep(step: StepRecord): void {
    const { findings } = this.#run;
    for (const finding of findings.filter((each) => each.step === step.step)) this.#damage(finding, step);
    for (const { kind, text, stale } of remarksOnStep(step, this.#threads, this.#scene, this.#wording)) {
      this.#say(
        step,
        text,
        stale === null ? this.#isFirst(kind, step) : this.#isMain(kind, stale.thread, stale.beliefs),
      );
      const pause = stale === null ? undefined : this.#pauses.get(stale.thread);
      if (pause) pause.stale = true;
    }
    for (const pause of this.#pauses.values()) {
      // It only grows, but for the wrap: the latest one is the furthest.
      if (pause.epoch !== null) pause.epoch = this.#scene.words[GLOBAL];
      if (step.before === step.after) continue;
      if (this.#scene.beliefs(pause.thread).some(({ address }) => address === step.address))
        pause.stale = true;
    }
  }

  /** True of what the thread knows of which the run is about: the slot of the first damage, or what the step that is watched builds on. */
  #isMain(kind: string, thread: number, beliefs: readonly Belief[]): boolean {
    if (thread !== this.#main || this.#mains.has(kind)) return false;
    const [first] = this.#run.findings;
    const watched = cardOf(this.#run.scenario.watch.replace(/^.*\./, ''));
    const isMain =
      first?.slot === undefined
        ? beliefs.some(
            ({ label }) =>
              isOneOf(watched?.expectedFrom, label) ||
              label === watched?.slotFrom ||
              watched?.validates?.includes(label) === true,
          )
        : beliefs.some(({ slot }) => slot === first.slot);
    if (isMain) this.#mains.add(kind);
    return isMain;
  }

  /** True of what the main thread itself meets first: a compare-and-swap of its own that fails, a queue that it cuts. */
  #isFirst(kind: string, { thread }: StepRecord): boolean {
    if (thread !== this.#main || this.#mains.has(kind)) return false;
    this.#mains.add(kind);
    return true;
  }

  /** The notes of the scenario that are about this event and hold. */
  #notes(event: StepRecord | ReturnRecord | StopRecord, i: number, passed: number): void {
    const { scenario, findings, claims } = this.#run;
    for (const note of scenario.notes) {
      if (this.#shown.has(note) || !isAt(note.at, event, passed)) continue;
      const at: NoteContext = {
        scene: this.#scene,
        event,
        findings: event.kind === 'step' ? findings.filter(({ step }) => step === event.step) : [],
        next: this.#nextLabel(event.thread, i),
        answer: this.#answerAfter(event.thread, i),
        reclaims: claims.reclaims,
      };
      const text = filledNote(note, at);
      if (text === null) continue;
      this.#shown.add(note);
      this.#say(event, text, true);
      if (note.audit === true) this.#audit(event);
    }
  }

  #audit(event: StepRecord | ReturnRecord | StopRecord): void {
    const state = schemeState(this.#scene.audit, this.#wording);
    this.#say(event, equation(this.#scene.audit, { ascii: this.#wording.style.ascii }), true);
    if (state !== '') this.#say(event, state, true);
  }

  #damage({ kind, thread, label, note, slot, ...rest }: Finding, step: StepRecord): void {
    const what = `${kind} ${thread} ${label}`;
    if (this.#told.has(what)) return;
    this.#told.add(what);
    const text = kind === 'orphaned slot' && slot !== undefined ? this.#orphan(slot, step) : note;
    this.#say(step, `${kind.toUpperCase()}. ${text ?? note}`, true);
    if (kind === 'ABA') this.#wrapped({ kind, thread, label, note, ...rest }, step);
  }

  /** What should have taken the slot: the step that lost sight of it last need not be at fault. */
  #orphan(slot: number, { step }: StepRecord): string | null {
    const loss = blame(this.#run.trace, step).leaked.find((each) => each.slot === slot);
    return loss === undefined ? null : orphanText(loss);
  }

  #wrapped(finding: Finding, step: StepRecord): void {
    const { geometry } = this.#scene;
    const { tagBits } = geometry.link;
    if (markOf(geometry).isBirth === true) {
      const found = birthsBetween(this.#run.trace.events, geometry, finding);
      if (found === null || tagBits === 0) return;
      const [first, second] = found.births;
      if (first === second || (second - first) % 2 ** tagBits !== 0) return;
      this.#say(
        step,
        `Slot ${found.slot} was born when the clock showed ${first}, and again at ${second}: a version of ${counted(tagBits, 'bit')} is the same again after ${counted(2 ** tagBits, 'move')} of the clock.`,
        true,
      );
      return;
    }
    const changes = changesBetween(this.#run.trace.events, finding);
    if (tagBits === 0 || changes === null || changes === 0 || changes % 2 ** tagBits !== 0) return;
    this.#say(
      step,
      `The word changed ${withCommas(changes)} times since step ${finding.since}, and a tag of ${counted(tagBits, 'bit')} is the same again after ${counted(2 ** tagBits, 'change')}.`,
      true,
    );
  }

  /** A thread stops in the middle of an operation, and another one moves. */
  #pause(last: StepRecord, i: number): void {
    const { thread, step } = last;
    if (!this.#scene.current.has(thread) || this.#scene.killed.has(thread)) return;
    const next = this.#nextLabel(thread, i - 1);
    const forGood = !this.#run.trace.events
      .slice(i)
      .some((event) => event.kind === 'step' && event.thread === thread);
    const stopped = stoppedText({ thread, next, forGood }, this.#scene, this.#wording);
    const pinned = pinnedAt(thread, this.#scene) !== null;
    const text = stopped + announcedText(thread, this.#scene);
    this.#pauses.set(thread, {
      thread,
      step,
      text,
      beliefs: this.#scene.beliefs(thread),
      epoch: pinned ? this.#scene.words[GLOBAL] : null,
      stale: false,
    });
  }

  /** It goes on, or the run has ended: what it stood with is told if something of it has gone stale. */
  #resume(thread: number): void {
    const pause = this.#pauses.get(thread);
    if (!pause) return;
    this.#pauses.delete(thread);
    if (!pause.stale) return;
    const epoch = pause.epoch === null ? '' : ` The epoch goes no further than ${pause.epoch} in this pause.`;
    const remarks = this.#steps.get(pause.step) ?? [];
    this.#steps.set(pause.step, [
      ...remarks,
      { text: pause.text + epoch, must: this.#isMain('stopped', thread, pause.beliefs) },
    ]);
  }

  /** What the thread's operation answers if it makes no step after an event. */
  #answerAfter(thread: number, i: number): string | null {
    const next = this.#run.trace.events.slice(i + 1).find((event) => event.thread === thread);
    return next?.kind === 'return' ? next.outcome : null;
  }

  /** The label of the thread's next step after an event, or of the one that it would have made. */
  #nextLabel(thread: number, i: number): string | null {
    const next = this.#run.trace.events
      .slice(i + 1)
      .find((event) => event.thread === thread && (event.kind === 'step' || event.kind === 'stop'));
    if (next?.kind === 'step') return next.label;
    return next?.kind === 'stop' ? next.before : null;
  }

  /** The value that a dequeue has taken off the queue and not delivered yet. */
  #takenBy(thread: number, i: number): string | null {
    const { events } = this.#run.trace;
    const op = this.#scene.current.get(thread);
    if (op === undefined || !takes(op.name)) return null;
    const own = (event: TraceEvent): event is StepRecord =>
      event.kind === 'step' && event.thread === thread && event.op === op.op;
    const steps = events.slice(0, i).filter(own);
    const took = steps.some(
      ({ label, ok }) => ok === true && takes(cardOf(label)?.linearizes?.operation ?? ''),
    );
    const value = steps.findLast(({ label }) => cardOf(label)?.fills === 'v');
    return took && value !== undefined ? this.#wording.show(value.after) : null;
  }

  #say(event: StepRecord | ReturnRecord | StopRecord, text: string, must: boolean): void {
    const [map, key] = event.kind === 'stop' ? [this.#stops, event.thread] : [this.#steps, event.step];
    map.set(key, [...(map.get(key) ?? []), { text, must }]);
  }
}

/** Why a slot has no owner: `Nothing leads to slot 1 any more: T1's retire (D19) should have taken it.` */
export function orphanText({
  together,
  slot,
  expected,
}: Pick<Loss, 'slot' | 'together' | 'expected'>): string {
  const isAlone = together.length === 1;
  const which = isAlone ? `Slot ${slot}` : `Slots ${together.join(' ')}`;
  const why = expected.replace(/^nothing: /, '');
  return `${which} ${isAlone ? 'has' : 'have'} no owner: ${isAlone ? why : why.replace(/^it was/, 'each was')}.`;
}
