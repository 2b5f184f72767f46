/** What a key does, by its name as `KeyboardEvent.key` has it. */
export type Keys = Readonly<Record<string, () => void>>;

/** Elements that have a use of their own for the keys; a box to be ticked takes the space bar alone. */
const TAKES_KEYS = 'input:not([type=checkbox]), select, textarea, [contenteditable]';

/** Listens to keys, where nothing on the page takes them for itself. */
export function listen(keysNow: () => Keys): void {
  document.addEventListener('keydown', (event) => {
    const { target, key, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey) return;
    if (target instanceof Element && target.matches(TAKES_KEYS)) return;
    const does = keysNow()[key];
    if (does === undefined) return;
    event.preventDefault();
    does();
  });
}
