#!/usr/bin/env node
import { supervise } from './supervisor.ts';

process.exitCode = await supervise(process.argv.slice(2));
