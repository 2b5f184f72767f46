// The public interface of lockfree-lab.
/// <reference path="./kernel/subset.d.ts" preserve="true" />
export * from './kernel/words.ts';
