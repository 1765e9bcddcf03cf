/** Writes one small file in a folder, as a program of its own that can be traced; each line that it says is a promise. */
import { writeSync } from 'node:fs';
import type { SmallFile } from './small-file.ts';
import { smallFiles } from './small-files.ts';

const [name, folder] = process.argv.slice(2) as [keyof typeof smallFiles, string];
const file: SmallFile = smallFiles[name];
await file.write(folder, (value) => writeSync(1, `${JSON.stringify(value)}\n`));
