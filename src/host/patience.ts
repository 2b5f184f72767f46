/**
 * How long something may take that may never end. A loop without an end takes processor time, which this process can count and a busy
 * machine does not spend; what sleeps is given up after a time on the clock that no busy machine needs.
 */
export class Patience {
  readonly #processorMs: number;
  readonly #clockMs: number;
  #spentAt = 0;
  #clockAt = 0;

  constructor(processorMs: number, clockMs: number) {
    this.#processorMs = processorMs;
    this.#clockMs = clockMs;
    this.renew();
  }

  /** It has come on: it may take as long again. */
  renew(): void {
    this.#spentAt = spentMs();
    this.#clockAt = performance.now();
  }

  get isOver(): boolean {
    return (
      spentMs() - this.#spentAt >= this.#processorMs || performance.now() - this.#clockAt >= this.#clockMs
    );
  }

  /** Calls `give` once it is over, and looks often enough; the function that is returned ends that. */
  watch(give: () => void, cameOn: () => boolean = () => false): () => void {
    const timer = setInterval(() => {
      if (cameOn()) this.renew();
      else if (this.isOver) {
        clearInterval(timer);
        give();
      }
    }, LOOK_MS);
    return () => clearInterval(timer);
  }
}

const LOOK_MS = 50;

/** What all threads of this process have taken. */
function spentMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
