/** What the module did that WebAssembly ends the thread for: it goes on no more, whatever it catches. */
export class Trap extends Error {
  override readonly name: string = 'RuntimeError';
}

/** What is said of a module that waits where nobody can wake it, allocates by what is no such function, or goes round without end. */
export const NO_OTHERS: string =
  'The module waits for another thread while it is set up, and there is none yet: let a thread do that.';
export const NO_HEAP: string = 'The module allocates memory by functions that are not known to be such.';
export const NO_STEP: string =
  'its loops went round again and again, and came to no step that another thread could see';
