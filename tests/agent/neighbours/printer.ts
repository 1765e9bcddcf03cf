/** A printer as a network knows it: it announces itself and answers whoever looks for devices. Ends with its standard input. */
import { createSocket } from 'node:dgram';

const [address = ''] = process.argv.slice(2);

function label(name: string): Buffer {
  const parts = name.split('.').flatMap((part) => [Buffer.of(part.length), Buffer.from(part)]);
  return Buffer.concat([...parts, Buffer.of(0)]);
}

function record(owner: string, type: number, data: Buffer): Buffer {
  const head = Buffer.from([type >> 8, type & 255, 0, 1, 0, 0, 0, 120, data.length >> 8, data.length & 255]);
  return Buffer.concat([label(owner), head, data]);
}

const answer = Buffer.concat([
  Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 2, 0, 0, 0, 0]),
  record('_services._dns-sd._udp.local', 12, label('_ipp._tcp.local')),
  record('hall-printer.local', 1, Buffer.from(address.split('.').map(Number))),
]);
const ssdp = 'HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:Printer:1\r\n\r\n';

const dns = createSocket({ type: 'udp4', reuseAddr: true });
dns.on('message', (bytes) => {
  if ((bytes[2]! & 0x80) === 0) dns.send(answer, 5_353, '224.0.0.251');
});
dns.bind(5_353, () => {
  dns.addMembership('224.0.0.251', address);
  dns.setMulticastInterface(address);
});
const upnp = createSocket({ type: 'udp4', reuseAddr: true });
upnp.on('message', (bytes, { address: from, port }) => {
  if (bytes.toString('latin1').startsWith('M-SEARCH')) upnp.send(ssdp, port, from);
});
upnp.bind(1_900, () => {
  upnp.addMembership('239.255.255.250', address);
  process.stdout.write('ready\n');
});
process.stdin.resume().on('end', () => process.exit(0));
