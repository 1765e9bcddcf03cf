/**
 * Builds the table of makers of hardware that the watch looks devices up in, from the pinned copy of the public registry. Its
 * format is told where it is read (appliance/watch/devices/vendors.ts).
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { writeFileSafely } from '../appliance/runtime/files.ts';

const magic = 'NMVENDOR';
const version = 1;
/** Digits of a prefix, and the bytes that it takes. */
const prefixLengths = [
  { digits: 6, bytes: 3 },
  { digits: 7, bytes: 4 },
  { digits: 9, bytes: 5 },
];
const longestName = 40;
/** What follows it tells the kind of company, not its name. */
const legalForm =
  /[,.]?\s+(?:(?:Co|Pte|Pty|Sdn|Pvt)\b.*|Inc\b.*|Incorporated|Ltd\b.*|Limited|LLC|L\.L\.C\..*|Corp\b.*|Corporation|Company|GmbH\b.*|AG|S\.?A\.?S?\.?|S\.?r\.?l\.?|S\.p\.A\.?|B\.?V\.?|A\/S|AB|Oy|K\.K\.)$/i;

/** As people call it: without address and legal form. */
export function shortName(registered: string): string {
  const first = (registered.split('\n')[0] ?? '').trim();
  const short = first.replace(legalForm, '').replace(/[,.\s]+$/, '');
  return (short.length < 2 ? first : short).slice(0, longestName).trim();
}

export async function buildVendors(
  outFile: string,
): Promise<{ bytes: number; prefixes: number; names: number }> {
  const source = createRequire(import.meta.url).resolve('oui-data');
  const registry = JSON.parse(await readFile(source, 'utf8')) as Record<string, string>;
  const numbers = new Map<string, number>();
  const numberOf = (name: string) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  };
  const named = Object.entries(registry)
    .map(([prefix, text]) => ({ prefix: prefix.toLowerCase(), name: shortName(text) }))
    .filter(({ name }) => name !== '' && name !== 'Private')
    .sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
  const sections = prefixLengths.map(({ digits, bytes }) => {
    const own = named.filter(({ prefix }) => prefix.length === digits);
    const table = Buffer.alloc(own.length * (bytes + 2));
    own.forEach(({ prefix, name }, nth) => {
      table.writeUIntBE(Number.parseInt(prefix, 16), nth * bytes, bytes);
      table.writeUInt16BE(numberOf(name), own.length * bytes + 2 * nth);
    });
    return { count: own.length, table };
  });
  const names = [...numbers.keys()].map((name) => Buffer.from(name, 'utf8'));
  const ends = Buffer.alloc(4 * names.length + 4);
  ends.writeUInt32BE(names.length, 0);
  let end = 0;
  names.forEach((name, nth) => {
    end += name.length;
    ends.writeUInt32BE(end, 4 + 4 * nth);
  });
  const counts = Buffer.alloc(4 * sections.length);
  sections.forEach(({ count }, nth) => {
    counts.writeUInt32BE(count, 4 * nth);
  });
  const head = Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.of(version), counts]);
  const file = Buffer.concat([head, ...sections.map(({ table }) => table), ends, ...names]);
  await writeFileSafely(outFile, file, { mode: 0o644 });
  return { bytes: file.length, prefixes: named.length, names: names.length };
}
