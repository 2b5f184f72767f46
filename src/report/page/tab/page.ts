import type { PageData } from '../document.ts';
import { type Packed, unpacked } from '../packed.ts';
import type { RunView } from '../run-view.ts';
import { Explainer } from './explainer.ts';
import { hashOfPlace, placeOfHash } from './hash.ts';
import { KeyHelp } from './key-help.ts';
import { pageMutant } from './known-mutants.ts';
import { type Keys, listen } from './keys.ts';
import type { LevelBox } from './level-box.ts';
import { levelParts } from './level-parts.ts';
import { Player } from './player.ts';
import { Studio } from './studio.ts';

/** Makes a page that reads one that can be played with. */
export function begin(): void {
  document.documentElement.classList.add('scripted');
  new Explainer().begin();
  const text = document.getElementById('data')?.textContent ?? '';
  const data = unpacked(JSON.parse(text) as Packed) as PageData;
  const shown = data.runs.map((view, i) => shownRun(view, i, data.level));
  const stages = shown.filter((each) => each !== null);
  const end = document.getElementById('tab') ?? document.body;
  if (stages.length > 0) new Page(stages, new KeyHelp(end)).begin();
}

function shownRun(view: RunView, place: number, level: string | null): ShownRun | null {
  const root = document.getElementById(`run-${place}`);
  if (root === null) return null;
  const player = new Player(root, view);
  const box = document.getElementById('levels');
  const parts = levelParts();
  if (box !== null && level !== null && parts !== null) {
    box.replaceChildren();
    document.documentElement.classList.add('game');
    return { player, studio: null, levels: parts.box(box, player, level) };
  }
  const studio = root.querySelector<HTMLElement>('[data-part="studio"]');
  const { again, mutant } = view.subject;
  const isMade = studio !== null && again && (mutant === '' || pageMutant(mutant) !== null);
  return { player, studio: isMade ? new Studio(studio, player) : null, levels: null };
}

/** A run of the page, and what makes others in its place; null where the page does not have the code that it ran. */
interface ShownRun {
  readonly player: Player;
  readonly studio: Studio | null;
  /** The levels, in a page of them. */
  readonly levels: LevelBox | null;
}

/** Lets the link of the page, its keys and its sliders go together. */
class Page {
  readonly #stages: readonly ShownRun[];
  readonly #help: KeyHelp;
  /** Where one of several runs is chosen, and the others are out of sight; null where all are shown. */
  readonly #choice: HTMLElement | null = document.querySelector('nav.choice');
  #current: ShownRun;

  constructor(stages: readonly ShownRun[], help: KeyHelp) {
    this.#help = help;
    this.#stages = stages;
    [this.#current] = stages;
  }

  begin(): void {
    void this.#goToPlace();
    for (const stage of this.#stages) {
      const { player, studio, levels } = stage;
      player.root.addEventListener('focusin', () => (this.#current = stage));
      player.onStep = () => {
        studio?.draw();
        levels?.draw();
        this.#link(stage);
      };
      if (levels !== null) levels.onPlay = () => this.#link(stage);
      if (studio !== null) studio.onRun = () => this.#link(stage);
    }
    window.addEventListener('hashchange', () => void this.#goToPlace());
    listen(() => ({ ...keysFor(this.#current), '?': () => this.#help.toggle() }));
  }

  async #goToPlace(): Promise<void> {
    const { run, request, level, step } = placeOfHash(location.hash);
    const meant =
      run !== null && run < this.#stages.length ? run : Number(this.#choice?.dataset['first'] ?? 0);
    this.#choose(meant);
    if (run !== null) this.#choice?.scrollIntoView();
    for (const [i, stage] of this.#stages.entries()) {
      if (this.#choice !== null && i !== meant) continue;
      const { player, studio, levels } = stage;
      if (levels !== null) {
        await levels.open(level?.id ?? levels.place.id, level?.schedule ?? '', step);
        continue;
      }
      const isMeant = i === meant;
      if (isMeant) this.#current = stage;
      const usual = player.view.damage?.step ?? player.view.changes.length;
      player.go(isMeant && request === null && step !== null ? step : usual);
      if (isMeant && request !== null) await studio?.run(request, step);
      studio?.draw();
    }
  }

  /** Shows one of several runs, where they are chosen. */
  #choose(run: number): void {
    if (this.#choice === null) return;
    for (const [i, { player }] of this.#stages.entries()) player.root.classList.toggle('aside', i !== run);
    for (const link of this.#choice.querySelectorAll('a')) {
      const isChosen = link.getAttribute('href') === `#${this.#stages[run]?.player.root.id}`;
      if (isChosen) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }

  /** A link to what is shown stands in the address. */
  #link(stage: ShownRun): void {
    this.#current = stage;
    const { player, studio, levels } = stage;
    const run = this.#stages.length > 1 ? this.#stages.indexOf(stage) : null;
    const request = studio?.isOther === true ? studio.request : null;
    history.replaceState(
      null,
      '',
      hashOfPlace({ run, request, level: levels?.place ?? null, step: player.step }),
    );
  }
}

function keysFor({ player, studio, levels }: ShownRun): Keys {
  const { step } = player;
  const numbers = Array.from({ length: 9 }, (_, i): [string, () => void] => [
    String(i + 1),
    () => void (levels === null ? studio?.choose(i + 1) : levels.move(i + 1)),
  ]);
  return {
    ArrowLeft: () => player.go(step - 1),
    ArrowRight: () => player.go(step + 1),
    Home: () => player.go(0),
    End: () => player.go(player.view.changes.length),
    d: () => player.goTo('damage'),
    c: () => player.goTo('cause'),
    u: () => void (levels ?? studio)?.undo(),
    ...(levels !== null && { h: () => levels.hint() }),
    ...((studio !== null || levels !== null) && Object.fromEntries(numbers)),
  };
}
