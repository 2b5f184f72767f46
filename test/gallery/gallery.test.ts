import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gallery } from '../../scenarios/gallery/index.ts';
import { scenarios } from '../../scenarios/index.ts';
import { type CheckedReport, sample } from '../../src/gallery/report.ts';
import { show } from '../../src/gallery/show.ts';
import { galleryJson, galleryText } from '../../src/report/text/gallery-text.ts';
import { expectedText } from '../refresh/gallery.ts';
import { deep } from '../effort.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { shownOnce } from '../refresh/gallery.ts';

const style = plainStyle();
const report = gallery.find(({ id }) => id === 'realm-versions') as CheckedReport;

describe('each report of the gallery', () => {
  // In the short form every third one.
  test.each(gallery.filter((_, i) => deep || i % 3 === 0).map((each) => [each.id, each] as const))(
    '%s: the broken sample fails as reported, the repaired one is complete and clean',
    async (_, each) => {
      const shown = await shownOnce(each);
      expect(shown).toMatchObject({
        broken: { complete: false, failure: { kind: each.shows } },
        repaired: { complete: true, failure: null },
        asReported: true,
      });
      expect(galleryText(shown, style)).toMatch(/\nas reported$/);
    },
  );

  test('is a file of its own, with a name that no scenario has, and a public source', () => {
    const ids = [...gallery, ...scenarios].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, sources } of gallery) {
      expect(existsSync(new URL(`../../scenarios/gallery/${id}.ts`, import.meta.url)), id).toBe(true);
      expect(sources.length).toBeGreaterThan(0);
      for (const { project } of sources) expect(project).toMatch(/^[\w.-]+\/[\w.-]+$/);
    }
    expect(gallery.length).toBe(23);
  });
});

describe('a report that does not come out is told as broken:', () => {
  test('its samples are the wrong way round', async () => {
    const shown = await show({ ...report, broken: report.repaired, repaired: report.broken });
    expect(shown.asReported).toBe(false);
    expect(galleryText(shown, style)).toMatch(
      /BROKEN {3}the broken sample shows nothing, and not property\.$/,
    );
    expect(galleryJson(shown)).toMatchObject({ verdict: 'broken', findings: [] });
    expect(expectedText(shown)).toBe('broken    complete and clean: 2 executions\nrepaired  not clean');
  });

  test('the repaired sample fails, and its story is told as well', async () => {
    const text = galleryText(await show({ ...report, repaired: report.broken }), style);
    expect(text).toMatch(/BROKEN {3}the repaired sample shows property\.$/);
    expect(text.match(/What must hold at the end does not\./g)).toHaveLength(2);
  });

  test('it fails in another way', async () => {
    const text = galleryText(await show({ ...report, shows: 'deadlock' }), style);
    expect(text).toMatch(/BROKEN {3}the broken sample shows property, and not deadlock\.$/);
  });

  test('the repaired sample is not searched to its end', async () => {
    const repaired = sample({
      words: { word: 0 },
      threads: [({ word }) => word.add(1), ({ word }) => word.add(2)],
      maxExecutions: 1,
    });
    const text = galleryText(await show({ ...report, repaired }), style);
    expect(text).toMatch(/BROKEN {3}the repaired sample was not searched to its end\.$/);
  });
});

test('a fault of a sample itself is no finding', async () => {
  const broken = sample({ words: {}, threads: [] });
  await expect(show({ ...report, broken })).rejects.toThrow('The check has no threads');
});

test('a story is broken to the width of the page', async () => {
  const text = galleryText(await shownOnce(gallery[0]!), plainStyle({ columns: 60 }));
  expect(text.split('\n').filter((line) => line.length > 60)).toEqual([]);
});
