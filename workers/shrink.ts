// Makes a failure smaller, or looks for a small program that fails alike.
import { shrinkHere } from '../src/explore/shrink/shrink-work.ts';

shrinkHere();
