/** A text area for code, with numbers beside its lines, and marks behind those that matter. */
export class CodeEditor {
  /** Is told whenever the code was changed by hand. */
  onEdit: () => void = () => {};
  /** Is told when the code is to be run. */
  onRun: () => void = () => {};
  readonly #area: HTMLTextAreaElement;
  readonly #numbers: HTMLElement;
  #marked: readonly number[] = [];

  constructor(root: HTMLElement) {
    this.#numbers = document.createElement('div');
    this.#numbers.className = 'numbers';
    this.#numbers.ariaHidden = 'true';
    this.#area = document.createElement('textarea');
    Object.assign(this.#area, { id: 'own-code', spellcheck: false, wrap: 'off', autocomplete: 'off' });
    this.#area.setAttribute('autocapitalize', 'off');
    this.#area.setAttribute('aria-describedby', 'code-keys');
    this.#area.addEventListener('input', () => {
      this.mark([]);
      this.onEdit();
    });
    this.#area.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.onRun();
    });
    const box = document.createElement('div');
    box.className = 'editor';
    box.append(this.#numbers, this.#area);
    root.append(box);
  }

  get code(): string {
    return this.#area.value;
  }

  set code(code: string) {
    this.#area.value = code;
    this.mark([]);
  }

  /** Marks lines, from 1, in place of those that were. */
  mark(lines: readonly number[]): void {
    this.#marked = lines;
    const count = Math.max(this.code.split('\n').length, 8);
    this.#area.rows = count;
    this.#numbers.replaceChildren(
      ...Array.from({ length: count }, (_, i) => {
        const number = document.createElement('div');
        number.textContent = String(i + 1);
        number.classList.toggle('marked', this.#marked.includes(i + 1));
        return number;
      }),
    );
  }

  /** Selects a line, and lets it be edited. */
  goTo(line: number): void {
    const lines = this.code.split('\n');
    const from = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    this.#area.focus();
    this.#area.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  }
}
