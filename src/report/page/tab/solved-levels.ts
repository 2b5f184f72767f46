/** Under this name the browser keeps which levels were solved. */
const NAME = 'lockfree-lab levels';

/** The fewest preemptions with which each level was solved, by its id. A browser that keeps nothing forgets them with the page. */
export class SolvedLevels {
  readonly #best = new Map<string, number>();

  constructor() {
    for (const [id, count] of Object.entries(stored()))
      if (typeof count === 'number') this.#best.set(id, count);
  }

  /** Null if the level was not solved yet. */
  of(id: string): number | null {
    return this.#best.get(id) ?? null;
  }

  solved(id: string, preemptions: number): void {
    this.#best.set(id, Math.min(preemptions, this.of(id) ?? Infinity));
    try {
      localStorage.setItem(NAME, JSON.stringify(Object.fromEntries(this.#best)));
    } catch {
      // The browser keeps nothing of this page.
    }
  }
}

function stored(): object {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(NAME) ?? '{}');
    return typeof known === 'object' && known !== null ? known : {};
  } catch {
    return {};
  }
}
