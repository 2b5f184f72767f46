// In a page that steps through runs nothing is measured, so that no workload is run there, and none is explained.
import type { Workload } from './workloads.ts';

export const WORKLOADS: Readonly<Partial<Record<Workload, { readonly about: string }>>> = {};

export const WORKLOAD_NAMES: readonly Workload[] = [];
export const MEASURING: Readonly<Record<string, string>> = {};
