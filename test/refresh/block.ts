/**
 * A part of a file that is made from the code. It stands between two lines that say `NAME:begin` and `NAME:end`, in whatever comment the
 * file has. If the first of them begins with `*`, `//` or `#`, so does each line of the block.
 */
export interface Block {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Without a line break at the end. In a Markdown file prettier has the last word on it. */
  text(): string | Promise<string>;
}
