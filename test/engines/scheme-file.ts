/** The static members of a scheme's file, but for one. */
function card(left: string, without: string): string {
  return [
    'NUMBER = 0',
    "ID = 'mine'",
    "TITLE = 'my own'",
    "IDEA = 'Frees a node at the next retire.'",
    "PAPER = 'none'",
    'ABA = 0',
    'STALE_READS = true',
    'RECLAIMS = true',
    'SURVIVES_STALL = true',
    'SURVIVES_DEATH = true',
    "PROGRESS = 'none'",
    'HOLDS = 0',
    'TAGS = false',
    `PARAMS = '${left}'`,
    "BOUND = '1 x threads'",
  ]
    .filter((member) => !member.startsWith(`${without} `))
    .map((member) => `  static ${member};\n`)
    .join('');
}

/** Ponyc's "delay freeing until my next dequeue": the list holds one slot. It can only work on the Scheme of the package. */
export function fileText(parameters: string, without = ''): string {
  return `
  import { Scheme } from 'lockfree-lab';
  /** Reads what it protects. */
  export const XR1 = 254;
  export default class Mine extends Scheme {
  ${card(parameters, without)}
    static bound(threads) { return threads; }
    static needs(threads) { return 2 + 2 * threads; }
    enter() {}
    leave() {}
    protect(step, k, source) { return this.memory.load(step, source); }
    link(old, slot) { return slot; }
    retire(slot) {
      this.takeBack(slot);
      const before = this.pop(this.list(0));
      if (before !== 0) { this.push(this.list(1), slot, 0); this.reclaim(before); slot = this.pop(this.list(1)); }
      this.keep(slot);
    }
    collect() {}
    idle() {}
    keep(slot) { this.push(this.list(0), slot, this.now()); this.record.unreclaimed(1); }
    silence() {}
  }`;
}
