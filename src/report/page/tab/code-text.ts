import { closest } from '../../../suggest.ts';

/** What a user's code imports: there is nothing else in a page. */
const LIBRARY = 'lockfree-lab/explore';

/** Code as a script can hold it, or what is wrong with it and in which line, from 1. */
export type PreparedCode = { readonly text: string } | { readonly complaint: string; readonly line: number };

/** An import at the beginning of a line: what is imported, and from where. */
const IMPORT = /^([ \t]*)import\b\s*(?:([^'"();]*?)\s*\bfrom\s*)?(['"])([^'"\n]*)\3[ \t]*;?/gm;
const EXPORT = /^([ \t]*)export(?=[ \t]+(?:const|let|var|function|class|async)\b)/gm;
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$_]*$/u;

/**
 * Makes a module the body of a function, line by line: what it imports from the library is taken out of the function's first argument, and
 * what it exports is just declared. No line moves.
 *
 * @param names what the library exports
 */
export function prepared(code: string, names: readonly string[]): PreparedCode {
  let complaint: PreparedCode | null = null;
  const text = code.replaceAll(
    IMPORT,
    (whole: string, space: string, clause: string, _, from: string, at) => {
      const taken = takenFrom(from, clause ?? '', names);
      if ('why' in taken) complaint ??= { complaint: taken.why, line: lineAt(code, at as number) };
      return 'why' in taken ? whole : `${space}${taken.text}`;
    },
  );
  return complaint ?? { text: text.replaceAll(EXPORT, (_, space: string) => `${space}      `) };
}

function lineAt(code: string, place: number): number {
  return code.slice(0, place).split('\n').length;
}

function takenFrom(
  from: string,
  clause: string,
  names: readonly string[],
): { readonly text: string } | { readonly why: string } {
  if (from !== LIBRARY)
    return {
      why: `The code imports "${from}", and in a page there is no other module than ${LIBRARY}: put what it needs into the code itself.`,
    };
  const whole = /^\*\s*as\s+(\S+)$/.exec(clause);
  if (whole !== null) return { text: `const ${whole[1]} = arguments[0];` };
  const listed = /^\{([^{}]*)\}$/.exec(clause);
  if (listed === null)
    return { why: `${LIBRARY} has no default export: write import { check } from '${LIBRARY}'.` };
  const parts = listed[1].split(',').map((part) => part.trim().split(/\s+as\s+/));
  for (const [name] of parts) {
    if (name === '' || names.includes(name)) continue;
    return NAME.test(name)
      ? { why: `${LIBRARY} exports no ${name}${closest(name, names)}: it has ${names.join(', ')}.` }
      : { why: `"${name}" is no name that could be imported: write import { check } from '${LIBRARY}'.` };
  }
  return { text: `const {${listed[1].replaceAll(/\s+as\s+/g, ': ')}} = arguments[0];` };
}

/** The name by which a script calls what runs a user's code. */
export const RUNNER = 'runUsersCode';

/** A script of a worker: that of the page, and behind its last line the user's code, as a function that is given to `RUNNER`. */
export function codeScript(script: string, text: string, seconds: number): string {
  const own = script.trimEnd();
  const lines = own.split('\n').length;
  return `${own};${RUNNER}(${lines},${seconds},async function(){"use strict";\n${text}\n});`;
}
