import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';

const says = (command: string, ...args: readonly string[]): string =>
  spawnSync(command, args, { encoding: 'utf8' }).stdout?.trim() ?? '';

/** The compiler of Rust that knows the target: another one may come first. */
const rustc = ['rustc', '/usr/bin/rustc'].find((command) =>
  existsSync(says(command, '--print', 'target-libdir', '--target', 'wasm32-unknown-unknown') || '-'),
);
const linker = says('wasm-ld', '--version') !== '';
const c = linker && says('clang', '--version') !== '';

/** Which compilers to WebAssembly are there, by the languages of `fixtures/build.sh`. */
export const compilers: Readonly<Record<'c' | 'cpp' | 'rust', boolean>> = {
  c,
  cpp: c && existsSync('/usr/include/wasm32-wasi'),
  rust: linker && rustc !== undefined,
};

/** Clang runs an optimiser that it finds, such as that of a package: the fixtures were built without one. */
export function environmentOfCompilers(): Record<string, string | undefined> {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((each) => !each.includes('node_modules'));
  return { ...process.env, PATH: path.join(delimiter), RUSTC: rustc ?? 'rustc' };
}
