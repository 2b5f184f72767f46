import {
  type Claims,
  chooseScheme,
  claimsOfChoice,
  MAX_LINK_TAG_BITS,
  saidWith,
  schemes,
  splitSpec,
} from '../../laboratory/registry.ts';
import type { Geometry } from '../../kernel/layout.ts';
import { indexBitsFor, MAX_INDEX_BITS, MAX_TAG_BITS } from '../../kernel/words.ts';
import { counted } from '../../counted.ts';
import { markOf, markUnder } from '../../laboratory/announcements.ts';

/** A free list whose tag is no wider than that of a pointer word can be: its width is part of every claim. */
export function isNarrow(bits: number): boolean {
  return bits <= MAX_LINK_TAG_BITS;
}

/** How long the claims of a scheme hold, where tags may wrap: a part of a sentence for each kind of tag that is narrow. */
export function untilTagsWrap(geometry: Geometry): string[] {
  const { slots, link, top, roots, cells } = geometry;
  // With cells alone there are no pointers, and no slots are taken.
  if (roots === 0 && cells > 0) return [];
  const until: string[] = [];
  if (link.tagBits > 0) {
    const { name, unit, units, isBirth } = markOf(geometry);
    const after = counted(2 ** link.tagBits, unit, units);
    const of = isBirth === true ? 'from one birth of a slot to its next' : 'of the word';
    until.push(`the ${name} of a pointer word has ${bitsText(link.tagBits)} and wraps after ${after} ${of}`);
  }
  if (isNarrow(top.tagBits)) until.push(freeListText(slots, top.tagBits));
  return until;
}

function freeListText(slots: number, bits: number): string {
  return `the tag of the free list has ${bitsText(bits)} at ${counted(slots, 'slot')}: no thread may stand still between its read of the top of that list and its compare-and-swap while ${counted(2 ** bits, 'slot')} are taken`;
}

/** What the claims of all schemes take for granted of the free list. */
export function freeListClaim(): string {
  const most = 2 ** MAX_INDEX_BITS - 1;
  const widths = [most, 2 ** (32 - MAX_LINK_TAG_BITS) - 1, 3].map((slots) => {
    const bits = Math.min(32 - indexBitsFor(slots), MAX_TAG_BITS);
    return `${bitsText(bits)} at ${counted(slots, 'slot')}`;
  });
  const narrowest = 32 - MAX_INDEX_BITS;
  return `Under every scheme the free list, unless it is a ring, has a tag of the bits that an index leaves: ${widths.join(', ')}. With the narrowest one all claims hold as long as no thread stands still between its read of the top of that list and its compare-and-swap while ${counted(2 ** narrowest, 'slot')} are taken.`;
}

function bitsText(bits: number): string {
  return counted(bits, 'bit');
}

/** What a scheme claims, what it hides, and which of the three of the ERA theorem it gives up: null where its card says nothing of that. */
export interface CardClaims extends Claims {
  readonly hides: string | null;
  readonly givesUp: string | null;
}

/** What a scheme claims with a word of a parameter in place of its first one. */
export interface WithParameter {
  readonly scheme: string;
  readonly claims: CardClaims;
}

/** What the card of a scheme says of it with these parameters. */
export async function cardClaims(spec: string): Promise<CardClaims> {
  const choice = await chooseScheme(spec);
  const { HIDES, GIVES_UP } = choice.scheme;
  const said = (text?: string): string | null => (text === undefined ? null : saidWith(text, choice));
  return { ...claimsOfChoice(choice), hides: said(HIDES), givesUp: said(GIVES_UP) };
}

/** The same beside the spec. */
export async function withParameter(spec: string): Promise<WithParameter> {
  return { scheme: spec, claims: await cardClaims(spec) };
}

/** What a scheme hides and gives up, where its card says that, and with parameters where it then says something else. */
export function cardFacts(usual: CardClaims, variants: readonly WithParameter[]): (readonly string[])[] {
  const members = [
    ['hides', 'hides'],
    ['gives up', 'givesUp'],
  ] as const;
  return members.flatMap(([name, member]) => {
    const others = variants.filter(({ claims }) => claims[member] !== usual[member]);
    return [
      ...(usual[member] === null ? [] : [[name, usual[member]]]),
      ...others.map(({ scheme, claims }) => ['', `${splitSpec(scheme)[1]}: ${claims[member] ?? 'nothing'}`]),
    ];
  });
}

/** Why a scheme gives something up. */
export function givesUpText(): string {
  return 'Gives up: no safe scheme is at once easy to integrate, robust and of wide applicability (Sheffi and Petrank, "The ERA Theorem", PODC 2023).';
}

/** Claims as a document of `--json` has them: what stops ABA is said as for people. */
export function claimsJson(id: string, claims: Claims): Record<string, unknown> {
  return { ...claims, abaSafe: abaSafeText(id, claims) };
}

/** What stops ABA: of a scheme that has versions in the place of tags these are what goes round. */
export function abaSafeText(id: string, { abaSafe }: Pick<Claims, 'abaSafe'>): string {
  const scheme = schemes.find(({ ID }) => ID === id);
  return scheme === undefined ? abaSafe : abaSafe.replace('tag', markUnder(scheme).name);
}
