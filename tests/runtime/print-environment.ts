/** Prints what a process sees of its environment. */
import { readEnvironment } from '../../appliance/runtime/environment.ts';

process.stdout.write(JSON.stringify(readEnvironment()));
