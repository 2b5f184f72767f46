import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { check } from '../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockfree-pages-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Words {
  readonly 'a<b>': { load(): number; store(value: number): number };
}

const increment = ({ 'a<b>': word }: Words): void => void word.store(word.load() + 1);

/** Counts wrong, of a word whose name is no markup. */
const lost = () =>
  failureOf(() =>
    check({
      words: { 'a<b>': 0 },
      threads: [increment, increment],
      finally: ({ 'a<b>': counted }) => counted === 2,
    }),
  );

describe('a failure as a page', () => {
  test('says what the message says, and is no more than text', () => {
    const failure = lost();
    const page = failure.html();
    const text = page
      .replaceAll(/<style>[^]*<\/style>/g, '')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/&#39;/g, "'")
      .replaceAll('&gt;', '>')
      .replaceAll('&lt;', '<');
    for (const { text: said } of failure.toJSON().rows) expect(text).toContain(said);
    for (const said of [failure.kind, failure.toJSON().headline, failure.toJSON().end, failure.replay])
      expect(text).toContain(said);
    expect(page).not.toMatch(/<script|src=|href=|a<b>/);
    expect(page).toContain('a&lt;b&gt;.load()');
    expect(lost().html()).toBe(page);
  });

  test('has a column for each thread, and a remark across them', () => {
    const rows = lost()
      .html()
      .match(/<tr>.*<\/tr>/g)!;
    expect(rows[0]).toMatch(/<th scope="col">T1<\/th><th scope="col">T2<\/th>/);
    expect(rows.slice(1).filter((row) => /<td><\/td><td>\S/.test(row)).length).toBe(2);
    expect(rows.filter((row) => row.includes('colspan="2"'))).toHaveLength(1);
  });

  test('is written where the environment says so, once for each failure', () => {
    vi.stubEnv('LOCKFREE_HTML', join(folder, 'new'));
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      const page = lost().html();
      lost();
      const [file, ...others] = readdirSync(join(folder, 'new'));
      expect(others).toEqual([]);
      expect(file).toMatch(/^property-[0-9a-f]{12}\.html$/);
      expect(readFileSync(join(folder, 'new', file!), 'utf8')).toBe(page);
      expect(said).toHaveBeenCalledWith(
        expect.stringContaining(`as a page is ${join(folder, 'new', file!)}`),
      );
    } finally {
      vi.unstubAllEnvs();
      said.mockRestore();
    }
  });

  test('that cannot be written is told, with a sentence', () => {
    writeFileSync(join(folder, 'file'), '');
    vi.stubEnv('LOCKFREE_HTML', join(folder, 'file'));
    try {
      expect(lost).toThrow(/cannot be written as a page to .* let LOCKFREE_HTML be a folder/);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
