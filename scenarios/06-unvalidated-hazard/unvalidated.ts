import { HazardPointers } from '../../src/kernel/schemes/hazard-pointers.ts';

/**
 * Hazard pointers without the second look: what was read is announced and then used as if the announcement had been there at the time
 * of the read. It claims what hazard pointers claim, and breaks the claim.
 */
// oxlint-disable-next-line import/no-default-export -- the module of a scheme is chosen by its path
export default class UnvalidatedHazard extends HazardPointers {
  static override readonly NUMBER: i32 = 0;
  static override readonly ID: string = 'unvalidated-hazard';
  static override readonly TITLE: string = 'hazard pointers without validation';
  static override readonly IDEA: string =
    'A thread announces the node that it is about to use, and does not look again whether it came too late.';
  static override readonly PAPER: string = 'Michael 2004, without the check that follows the announcement';

  /** There is no H2: a scan between the read and H1 has freed the slot, and nobody notices. */
  protected override isStill(_source: i32, _seen: i32): bool {
    return true;
  }
}
