import * as layout from '../../../src/kernel/layout.ts';
import { showValue } from '../../../src/laboratory/program.ts';
import { VARIABLES } from '../variables.ts';
import { OF_CELLS } from './cells.ts';
import { FAILURES } from './failures.ts';
import { isAnnounced, isHolder, isPhase, isSince } from './checks.ts';
import { areRetired, hasList, isAtSafepoint, isBatch, isInside } from './inside.ts';
import { isBelief, isEquation, lifeName, nextLabel, numbers, type Sentence } from './sentence.ts';

/** A clause of what the scheme knows. */
const CLAUSE = String.raw`(?:(?:epoch|era|clock) \d+|nobody (?:has collected|collects, after \d+ collections?)|slot \d+ is parked with T\d+|slots? [\d ]+ (?:is|are) on the lists? of T\d+(?: and T\d+)*|T\d+ (?:collects(?: slots? [\d ]+)?|frees slots? [\d ]+|hands over or counts slots? [\d ]+|is inside of an operation|is inside, with an empty list|is inside, with a list from slot \d+ on|(?:pins epoch|announces epoch|protects) [\d,]+|has a claim on slots? [\d and]+|announces (?:the |one end of an interval, )?eras? [\d andto]+|is (?:reading|writing|neutralized|quiet)(?: and reserves [\d,]+)?|keeps slots? \d[^·]*|has slot \d+ in hand|has the chain of slots? [\d ]+ in hand))`;
const STATE_OF_SCHEME = new RegExp(`^(${CLAUSE}(?: · ${CLAUSE})*)$`);

/** What is remarked on the steps of any run. */
export const DERIVED: readonly Sentence[] = [
  [
    /^T(\d+) is stopped( for good)?(?: before (\w+))?(?: with (.+?))?\.(?: It (?:announces|has a claim on) (slot|(?:the |one end of an interval, )?era)s? ([\d andto]+)\.)?(?: It is (?:pinned at|online and announces) epoch (\d+)\. The epoch goes no further than (\d+) in this pause\.)?(?: It is (reading|writing|neutralized|quiet)(?: and reserves slots? ([\d and]+))?\.)?(?: It is (inside)(?: of an operation|, with an empty list|, with a list from slot (\d+) on)\.)?$/,
    (
      [by, good, next, known, what, announced, epoch, furthest, phase, reserved, inside, list],
      { truth, step },
    ) => {
      const of = Number(by);
      const resumed = truth.steps.find((each) => each.thread === of && each.step > step);
      const here = truth.step(step);
      if (here.thread !== of || truth.steps[step]?.thread === of) return false;
      if ((good !== undefined) === (resumed !== undefined)) return false;
      if (next !== undefined && nextLabel(truth, of, step) !== next) return false;
      if (
        known !== undefined &&
        !known.split(/, (?=\w+ = )/).every((each) => isBelief(truth, of, each, step, null))
      )
        return false;
      const words = truth.announced(of, step);
      if (announced !== undefined && !isAnnounced(truth, of, step, what!, announced)) return false;
      if (phase !== undefined && !isPhase(truth, of, step, phase, reserved)) return false;
      if (inside !== undefined && !isInside(words, list, truth)) return false;
      if (epoch === undefined) return true;
      const pause = truth.words.slice(step, resumed?.step ?? Infinity).map((after) => after[layout.GLOBAL]!);
      return words[0] === Number(epoch) * 2 + 1 && Math.max(...pause) === Number(furthest);
    },
  ],
  [
    /^Slot (\d+) is free again, and T(\d+) still names it: (.+)\.$/,
    ([slot, by, list], { truth, step }) => {
      const made = truth.step(step);
      const put = made.ok === true && truth.freeSlotIn(made.address, made.after);
      if (put !== Number(slot) || !truth.owners(step).free.has(put)) return false;
      if (truth.life(put, step).alive || truth.operation(Number(by), step) === null) return false;
      return [...list!.matchAll(/(\w+ = \S+) \(step (\d+)\)/g)].every(([, belief, at]) => {
        const read = truth.step(Number(at));
        return (
          truth.index(read.before) === Number(slot) && isBelief(truth, Number(by), belief!, step, Number(at))
        );
      });
    },
  ],
  [
    /^Slot (\d+) is taken again: (\S+) begins, and T(\d+) still means (\S+)\.$/,
    ([slot, begun, by, meant], { truth, step }) => {
      const made = truth.step(step);
      const took = (made.ok ?? made.access === 'or') && truth.freeSlotIn(made.address, made.before);
      const now = truth.lifeAfter(Number(slot), step);
      const op = truth.operation(Number(by), step);
      const names = truth.steps
        .slice(0, step)
        .some(
          (each) =>
            each.thread === Number(by) &&
            each.op === op?.op &&
            each.label in VARIABLES &&
            truth.isPointer(each.address) &&
            truth.index(each.before) === Number(slot) &&
            lifeName(Number(slot), truth.life(Number(slot), each.step).life) === meant,
        );
      if (took !== Number(slot)) return false;
      return now.alive && begun === lifeName(Number(slot), now.life) && meant !== begun && names;
    },
  ],
  [
    /^(.+) holds the same bits again as T(\d+) read at step (\d+)(?:, and slot (\d+) is (?:free|in another life: (\S+)))?\.$/,
    ([name, by, at, slot, life], { truth, step }) => {
      const [made, read] = [truth.step(step), truth.step(Number(at))];
      const address = truth.addressOf(name!);
      const same =
        made.address === address &&
        read.address === address &&
        read.thread === Number(by) &&
        made.after === read.before &&
        made.before !== made.after;
      if (!same || truth.operation(Number(by), step)?.op !== read.op) return false;
      const of = slot === undefined ? truth.index(read.before) : Number(slot);
      const now = truth.lifeAfter(of, step);
      if (slot === undefined)
        return (
          of === 0 ||
          now.life === truth.life(of, read.step).life ||
          truth.steps.some(
            (each) =>
              each.thread === Number(by) &&
              each.address === address &&
              each.step > read.step &&
              each.step < step,
          )
        );
      return life === undefined
        ? !now.alive
        : now.alive && life === lifeName(of, now.life) && now.life !== truth.life(of, read.step).life;
    },
  ],
  [
    /^(.+) is (\S+) now; T(\d+) read (\S+) at step (\d+): the same slot, another (tag|version)\.$/,
    ([name, now, by, then, at, mark], { truth, step, run }) => {
      const [made, read] = [truth.step(step), truth.step(Number(at))];
      const address = truth.addressOf(name!);
      const text = (word: number): string => `${truth.index(word)}#${truth.tag(address, word)}`;
      return (
        (mark === 'version') === (run.choice.scheme.ID === 'versions' && address !== layout.FREE_TOP) &&
        made.address === address &&
        read.address === address &&
        read.thread === Number(by) &&
        text(made.after) === now &&
        text(read.before) === then &&
        now !== then &&
        truth.index(made.after) === truth.index(read.before)
      );
    },
  ],
  [
    /^Head does not lead to slots? ([\d ]+) any more\.$/,
    ([list], { truth, step }) => {
      const [before, after] = [truth.owners(step - 1).queue, truth.owners(step).queue];
      const lost = before.filter((slot) => !after.includes(slot));
      return String(numbers(list!)) === String(lost);
    },
  ],
  ...FAILURES,
  [
    /^FULL for T(\d+)\. Of (\d+) slots: (.+?)\.((?: T\d+'s (?:(?:pin|announcement|interval|operation|list) holds|(?:hazards|eras|reservations|claims) hold) back \d+ of the (?:retired|parked)\.)*)(?: (T\d+ (?:is|are) dead, and only an heir can end that)\.)?$/,
    ([by, slots, parts, held, dead], { truth, step }) => {
      const answered = truth.events.some(
        (event) =>
          event.kind === 'return' &&
          event.thread === Number(by) &&
          event.step === step &&
          event.outcome === 'full',
      );
      const { reachable, free, retired, parked, inHand } = truth.owners(step);
      const counts: Readonly<Record<string, number>> = {
        inside: reachable.size,
        retired: new Set([...retired.values()].flat()).size,
        parked: new Set([...parked.values()].flat()).size,
        'in hand': inHand.size,
        leaked: truth.leaked(step).length,
        free: free.size,
      };
      const said = Object.fromEntries(
        parts!
          .split(', ')
          .map((part) => [
            part.replace(/^\d+ /, '').replace(/^in the (?!hand).+$/, 'inside'),
            Number.parseInt(part, 10),
          ]),
      );
      const all = Object.entries(counts).every(([name, count]) => (said[name] ?? 0) === count);
      const back = [...held!.matchAll(/T(\d+)'s (\w+) holds? back (\d+) of the (\w+)/g)].every(
        ([, thread, what, count, which]) =>
          isHolder(what!, Number(thread), truth, step) && Number(count) <= counts[which!]!,
      );
      const areDead = dead === undefined || isSince(dead, truth, step);
      return answered && truth.slots === Number(slots) && all && back && areDead;
    },
  ],
  ...OF_CELLS,
  [
    /^T(\d+) dies (?:with slot (\d+) in hand|with nothing in hand(?:; it only intended to take slot (\d+), which has (no|another) owner)?)\.(?: (\w+), which it had taken off the queue and not delivered, dies with it\.)?(?: Its record still (?:announces|has a claim on) (slot|(?:the |one end of an interval, )?era)s? ([\d andto]+)\.)?(?: Its record is still (?:pinned at|online and announces) epoch (\d+)\.)?(?: Its record is still (reading|writing|neutralized|quiet)(?: and reserves slots? ([\d and]+))?\.)?(?: Its record is still (inside)(?: of an operation|, with an empty list|, with a list from slot (\d+) on)\.)?$/,
    (
      [by, hand, intent, owner, value, what, announced, epoch, phase, reserved, inside, list],
      { truth, step },
    ) => {
      const of = Number(by);
      const record = truth.recordOf(of);
      const { hands } = truth.owners(step);
      if (!truth.killed(of, step)) return false;
      if (String(hands.get(record)) !== String(hand)) return false;
      const noted = truth.words[step]![truth.recordAddress(record) + layout.R_HAND]!;
      if (intent !== undefined && noted !== Number(intent)) return false;
      if (intent !== undefined && (owner === 'no') !== truth.leaked(step).includes(noted)) return false;
      const words = truth.announced(of, step);
      if (announced !== undefined && !isAnnounced(truth, of, step, what!, announced)) return false;
      if (epoch !== undefined && words[0] !== Number(epoch) * 2 + 1) return false;
      if (phase !== undefined && !isPhase(truth, of, step, phase, reserved)) return false;
      if (inside !== undefined && !isInside(words, list, truth)) return false;
      const begun = truth.operation(of, step);
      const own = truth.steps.slice(0, step).filter((each) => each.thread === of && each.op === begun?.op);
      const took = begun?.name === 'dequeue' && own.some((each) => each.label === 'D13' && each.ok === true);
      const read = own.findLast((each) => each.label === 'D12');
      return value === undefined ? !took : took && read !== undefined && showValue(read.before) === value;
    },
  ],
  [
    /^The schedule ends here; T(\d+)'s next step would be (\w+)\.$/,
    ([by, next], { truth }) =>
      truth.events.some(
        (event) =>
          event.kind === 'stop' &&
          event.reason === 'stalled' &&
          event.thread === Number(by) &&
          event.before === next,
      ),
  ],
  [
    /^Slot (\d+) was born when the clock showed (\d+), and again at (\d+): a version of (\d+) bits? is the same again after (\d+) moves? of the clock\.$/,
    ([slot, first, second, bits, period], { truth, step }) => {
      const births = truth.steps
        .filter((each) => each.step < step && each.address === truth.at(Number(slot), layout.S_BIRTH))
        .map(({ after }) => after);
      const apart = Number(second) - Number(first);
      return (
        births.at(-1) === Number(second) &&
        [0, ...births.slice(0, -1)].includes(Number(first)) &&
        truth.index(truth.step(step).before) === Number(slot) &&
        truth.tagBits === Number(bits) &&
        2 ** truth.tagBits === Number(period) &&
        apart > 0 &&
        apart % Number(period) === 0
      );
    },
  ],
  [
    /^The word changed (\d+) times since step (\d+), and a tag of (\d+) bits? is the same again after (\d+) changes\.$/,
    ([times, since, bits, period], { truth, step }) => {
      const { address } = truth.step(step);
      const changes = truth.steps.filter(
        (each) =>
          each.step > Number(since) &&
          each.step < step &&
          each.address === address &&
          each.before !== each.after,
      );
      return (
        changes.length === Number(times) &&
        truth.tagBits === Number(bits) &&
        2 ** truth.tagBits === Number(period) &&
        Number(times) % Number(period) === 0
      );
    },
  ],
  [
    /^reachable (\d+) · in hand (\d+) · retired (\d+)(?: \(held by counts \d+\))?(?: · parked (\d+))? · free (\d+) · leaked (\d+)(?: · counted (?:twice|more than once) −(\d+) \((\d+) slots? ha(?:s|ve) (?:two|several) owners\))? {2}= (\d+) slots$/,
    ([reachable, hand, retired, parked, free, leaked, twice = '0', , slots], { truth, step }) =>
      isEquation({ reachable, hand, retired, parked, free, leaked, twice, slots }, truth, step),
  ],
  [
    STATE_OF_SCHEME,
    ([parts], { truth, step }) =>
      parts!.split(' · ').every((part) => {
        if (part.includes('inside, with')) return hasList(part, truth, step);
        if (/^T\d+ (?:collects|frees|hands over or counts) slot|on the lists? of/.test(part))
          return isBatch(part, truth, step);
        const parked = /^slot (\d+) is parked with T(\d+)$/.exec(part);
        if (parked !== null)
          return truth.owners(step).parked.get(Number(parked[2]))!.includes(Number(parked[1]));
        if (/collect|inside/.test(part)) return isAtSafepoint(part, truth, step);
        const [, by, verb, list] = /^(?:T(\d+) )?(\w+) (.+)$/.exec(part)!;
        const { hands, chains } = truth.owners(step);
        if (list!.startsWith('the chain of '))
          return String(chains.get(Number(by))) === String(numbers(list!));
        if (verb === 'keeps') return areRetired(list!, Number(by), truth, step);
        const phase = /^(\w+)(?: and reserves ([\d,]+))?$/.exec(list!);
        if (verb === 'is') return isPhase(truth, Number(by), step, phase![1]!, phase![2]);
        const slots = numbers(list!);
        const eras = /^((?:the |one end of an interval, )?era)s? ([\d andto]+)$/.exec(list!);
        if (eras !== null) return isAnnounced(truth, Number(by), step, eras[1]!, eras[2]!);
        const base = truth.recordAddress(Number(by)) + layout.R_ANNOUNCE;
        const announced = [...truth.words[step]!.subarray(base, base + truth.announcing)].filter(
          (word) => word !== 0,
        );
        if (['epoch', 'era', 'clock'].includes(verb!)) return truth.words[step]![layout.GLOBAL] === slots[0];
        if (verb === 'pins' || verb === 'announces') return announced[0] === slots[0]! * 2 + 1;
        if (verb === 'protects') return String(announced) === String(slots);
        if (list!.startsWith('a claim on '))
          // Two claims of a thread on one slot are told once.
          return (
            String([...new Set(announced)].toSorted((a, b) => a - b)) ===
            String(slots.toSorted((a, b) => a - b))
          );
        const their = [hands.get(Number(by)), hands.get(-Number(by))];
        return list === `slot ${slots[0]} in hand` && their.includes(slots[0]);
      }),
  ],
];
