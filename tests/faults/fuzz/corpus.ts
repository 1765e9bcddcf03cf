/** Inputs that reached something new, kept between runs: one file each, named by its content. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function readCorpus(folder: string): Promise<Uint8Array[]> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => new Uint8Array(await readFile(join(folder, name)))));
}

export async function writeCorpus(folder: string, inputs: readonly Uint8Array[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const input of inputs) {
    const name = createHash('sha256').update(input).digest('hex').slice(0, 32);
    await writeFile(join(folder, name), input);
  }
}
