/** A program: the wire box on all addresses, announced by mDNS on one, until it is killed. Arguments: address, delay in ms. */
import { Bonjour } from 'bonjour-service';
import { WireBox } from './wire-box.ts';

const [address = '127.0.0.1', delayMs = '0'] = process.argv.slice(2);
const box = await WireBox.start({ admitted: 'all', host: '0.0.0.0' });
await new Promise((resolve) => setTimeout(resolve, Number(delayMs)));
const where = { interface: address, bind: '0.0.0.0' } as ConstructorParameters<typeof Bonjour>[0];
const bonjour = new Bonjour(where, (error: unknown) => process.stdout.write(`${error}\n`));
bonjour.publish({
  name: box.name,
  type: 'netmonitor',
  port: box.port,
  txt: { v: '1', id: box.hash, name: box.name },
});
process.stdout.write(`announced ${box.hash}\n`);
process.on('SIGTERM', () => process.exit(0));
