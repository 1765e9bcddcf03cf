/** A process of its own that serves pages to probes, and tells on standard output when each was asked for. */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const page = '<!doctype html><title>up</title><p>This page is up.\n'.padEnd(2_000, '.');
const visits = new Map<string, number[]>();

createServer(({ url = '' }, answer) => {
  const one = visits.get(url) ?? [];
  visits.set(url, one);
  one.push(Date.now());
  answer.writeHead(200, { 'content-type': 'text/html' }).end(page);
}).listen(Number(process.argv[2]), '0.0.0.0', 1_024, () => process.stdout.write('ready\n'));

createInterface({ input: process.stdin }).on('line', () => {
  process.stdout.write(`${JSON.stringify([...visits])}\n`);
  visits.clear();
});
