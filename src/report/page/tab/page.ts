import type { PageData } from '../document.ts';
import { type Packed, unpacked } from '../packed.ts';
import { hashOfPlace, placeOfHash } from './hash.ts';
import { type Keys, listen } from './keys.ts';
import { Player } from './player.ts';
import { Studio } from './studio.ts';

/** Makes a page that reads one that can be played with. */
export function begin(): void {
  document.documentElement.classList.add('scripted');
  const text = document.getElementById('data')?.textContent ?? '';
  const data = unpacked(JSON.parse(text) as Packed) as PageData;
  const stages = data.runs.flatMap((view, i): Stage[] => {
    const root = document.getElementById(`run-${i}`);
    if (root === null) return [];
    const player = new Player(root, view);
    const place = root.querySelector<HTMLElement>('[data-part="studio"]');
    return [{ player, studio: place !== null && view.subject.again ? new Studio(place, player) : null }];
  });
  if (stages.length > 0) new Page(stages).begin();
}

/** A run of the page, and what makes others in its place; null where the page does not have the code that it ran. */
interface Stage {
  readonly player: Player;
  readonly studio: Studio | null;
}

/** Lets the link of the page, its keys and its sliders go together. */
class Page {
  readonly #stages: readonly Stage[];
  #current: Stage;

  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
    [this.#current] = stages;
  }

  begin(): void {
    void this.#goToPlace();
    for (const stage of this.#stages) {
      const { player, studio } = stage;
      player.root.addEventListener('focusin', () => (this.#current = stage));
      player.onStep = () => {
        studio?.draw();
        this.#link(stage);
      };
      if (studio !== null) studio.onRun = () => this.#link(stage);
    }
    window.addEventListener('hashchange', () => void this.#goToPlace());
    listen(() => keysFor(this.#current));
  }

  async #goToPlace(): Promise<void> {
    const { run, request, step } = placeOfHash(location.hash);
    for (const [i, stage] of this.#stages.entries()) {
      const { player, studio } = stage;
      const isMeant = (run ?? 0) === i;
      if (isMeant) this.#current = stage;
      const usual = player.view.damage?.step ?? player.view.changes.length;
      player.go(isMeant && request === null && step !== null ? step : usual);
      if (isMeant && request !== null) await studio?.run(request, step);
      studio?.draw();
    }
  }

  /** A link to what is shown stands in the address. */
  #link(stage: Stage): void {
    this.#current = stage;
    const { player, studio } = stage;
    const run = this.#stages.length > 1 ? this.#stages.indexOf(stage) : null;
    const request = studio?.isOther === true ? studio.request : null;
    history.replaceState(null, '', hashOfPlace({ run, request, step: player.step }));
  }
}

function keysFor({ player, studio }: Stage): Keys {
  const { step } = player;
  const schemes = Array.from({ length: 9 }, (_, i): [string, () => void] => [
    String(i + 1),
    () => void studio?.choose(i + 1),
  ]);
  return {
    ArrowLeft: () => player.go(step - 1),
    ArrowRight: () => player.go(step + 1),
    Home: () => player.go(0),
    End: () => player.go(player.view.changes.length),
    d: () => player.goTo('damage'),
    c: () => player.goTo('cause'),
    u: () => void studio?.undo(),
    ...(studio !== null && Object.fromEntries(schemes)),
  };
}
