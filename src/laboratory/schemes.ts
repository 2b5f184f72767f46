import type { ModuleExports } from '../host/own-module.ts';
import * as debra from '../kernel/schemes/debra.ts';
import * as epochs from '../kernel/schemes/epochs.ts';
import * as hazardEras from '../kernel/schemes/hazard-eras.ts';
import * as hazardPointers from '../kernel/schemes/hazard-pointers.ts';
import * as hyaline from '../kernel/schemes/hyaline.ts';
import * as interval from '../kernel/schemes/interval.ts';
import * as markSweep from '../kernel/schemes/mark-sweep.ts';
import * as naive from '../kernel/schemes/naive.ts';
import * as neutralization from '../kernel/schemes/neutralization.ts';
import * as noReclaim from '../kernel/schemes/no-reclaim.ts';
import * as passThePointer from '../kernel/schemes/pass-the-pointer.ts';
import * as qsbr from '../kernel/schemes/qsbr.ts';
import * as referenceCounting from '../kernel/schemes/reference-counting.ts';
import * as tagged from '../kernel/schemes/tagged.ts';
import * as versions from '../kernel/schemes/versions.ts';

/** The files of the lab's schemes, in the order in which they are shown: a scheme is its file, named by its id, and a line here. */
export const SCHEME_MODULES: readonly ModuleExports[] = [
  naive,
  noReclaim,
  tagged,
  hazardPointers,
  epochs,
  hazardEras,
  qsbr,
  interval,
  debra,
  versions,
  passThePointer,
  neutralization,
  markSweep,
  referenceCounting,
  hyaline,
];

/** Schemes with a number for which they are compared with themselves, in their order: `epochs:region=8` is a region of eight operations. */
export const WITH_NUMBERS: readonly string[] = ['epochs:region=8'];

/** The class of a scheme that a module of the lab exports. */
export function schemeIn(module: ModuleExports): { readonly ID: string; readonly HOLDS: number } {
  return Object.values(module).find((each) => typeof each === 'function' && 'ID' in each) as unknown as {
    readonly ID: string;
    readonly HOLDS: number;
  };
}
