/** A process inside a namespace of a test: serves pages at each port that it is given, and says each POST as a line of JSON. */
import { createServer } from 'node:http';

for (const port of process.argv.slice(2))
  createServer((request, answer) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.method === 'POST') process.stdout.write(`${JSON.stringify(JSON.parse(body))}\n`);
      answer.end('here');
    });
  }).listen(Number(port), '0.0.0.0', () => process.stdout.write('listening\n'));
