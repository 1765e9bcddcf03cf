/**
 * Records what a real agent and a real box say to each other, by standing between them with the keys of both:
 * `node tests/helpers/record-conversation.ts FILE`. The fixture in tests/fixtures/wire-v1 was made so; it is made
 * anew only when a new major version of the wire begins.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { FrameReader } from '../../appliance/protocol/frame.ts';
import { Appliance } from './appliance.ts';
import { eventually } from './eventually.ts';
import { admitAtTheBox, Computer } from './machine.ts';
import { freePorts } from './ports.ts';

export type Recorded = { from: 'agent' | 'box'; type: number; body: string };

const wire = { ALPNProtocols: ['netmonitor/1'], minVersion: 'TLSv1.3', rejectUnauthorized: false } as const;

async function record(file: string): Promise<void> {
  const box = await Appliance.start({ daemons: ['store', 'ingest'] });
  const [port = 0] = await freePorts(1);
  const { id } = await box.ingest.door();
  const computer = await Computer.create({
    name: 'recorded',
    flags: ['--box', `127.0.0.1:${port}`, '--box-hash', id],
  });
  computer.start();
  const boxPem = await readFile(join(box.home, 'state/ingest/identity.pem'));
  const agentPem = await eventually('the agent has made its key', () =>
    readFile(join(computer.home, 'state/agent/identity.pem')),
  );
  const frames: Recorded[] = [];
  const between = await standBetween({ boxPem, agentPem, port, doorPort: box.ports.door, frames });
  await admitAtTheBox(box, 'recorded');
  await eventually(
    'some ticks were sent and acknowledged',
    () => frames.filter(({ type }) => type === 5).length > 3,
  );
  await computer.program.end();
  between.close();
  await computer.remove();
  await box.stop();
  await writeFile(file, frames.map((frame) => `${JSON.stringify(frame)}\n`).join(''));
}

type Between = { boxPem: Buffer; agentPem: Buffer; port: number; doorPort: number; frames: Recorded[] };

async function standBetween(o: Between): Promise<Server> {
  const certificate = (pem: Buffer) => pem.subarray(pem.indexOf('-----BEGIN CERTIFICATE'));
  const server = createServer(
    { ...wire, key: o.boxPem, cert: certificate(o.boxPem), requestCert: true },
    (agent) => {
      const box = connect({ ...wire, port: o.doorPort, key: o.agentPem, cert: certificate(o.agentPem) });
      relay(agent, box, 'agent', o.frames);
      relay(box, agent, 'box', o.frames);
    },
  );
  await new Promise<void>((resolve) => server.listen(o.port, '127.0.0.1', resolve));
  return server;
}

function relay(source: TLSSocket, sink: TLSSocket, from: Recorded['from'], frames: Recorded[]): void {
  const reader = new FrameReader();
  source.on('data', (chunk: Buffer) => {
    for (const { type, body } of reader.push(chunk))
      frames.push({ from, type, body: Buffer.from(body).toString('base64') });
    sink.write(chunk);
  });
  source.on('end', () => sink.end());
  source.on('error', () => sink.destroy());
}

const [, , file] = process.argv;
if (file === undefined) throw new Error('name the file to write');
await record(file);
