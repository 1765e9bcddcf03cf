/** A small network with a way out: a gateway that can go away, and behind it other networks and the internet, all of it in namespaces. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Host, Lan } from './lan.ts';

const run = promisify(execFile);
const inner = '10.78.0.1';

export class Uplink {
  readonly lan: Lan;
  readonly gateway: Host;
  /** Behind the gateway: all of 10.78.0.0/24 from .10 on, and the two places outside that the box always looks at. */
  readonly far: Host;

  private constructor(lan: Lan, gateway: Host, far: Host) {
    this.lan = lan;
    this.gateway = gateway;
    this.far = far;
  }

  static async create(): Promise<Uplink> {
    const lan = await Lan.create();
    try {
      const gateway = await lan.addHost();
      const far = await lan.addHost();
      const made = new Uplink(lan, gateway, far);
      await made.#join();
      return made;
    } catch (error) {
      await lan.remove();
      throw error;
    }
  }

  /** A computer of the network, whose way out is the gateway. */
  async addHost(): Promise<Host> {
    const host = await this.lan.addHost();
    await ip('-n', host.namespace, 'route', 'replace', 'default', 'via', this.gateway.address);
    return host;
  }

  static targetOf(number: number): string {
    return `10.78.0.${10 + number}`;
  }

  /** The gateway leaves the network, or comes back as it was. */
  async turn(gateway: 'off' | 'on'): Promise<void> {
    await ip('-n', this.gateway.namespace, 'link', 'set', 'eth0', gateway === 'on' ? 'up' : 'down');
  }

  async remove(): Promise<void> {
    await this.lan.remove();
  }

  async #join(): Promise<void> {
    const [near, far] = [this.gateway.namespace, this.far.namespace];
    // What stands outside is not on the network itself.
    await ip('-n', far, 'link', 'delete', 'eth0');
    await ip('-n', near, 'link', 'add', 'out', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', far);
    await ip('-n', near, 'address', 'add', `${inner}/24`, 'dev', 'out');
    await ip('-n', near, 'link', 'set', 'out', 'up');
    await ip('netns', 'exec', near, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1');
    await ip('-n', far, 'link', 'set', 'eth0', 'up');
    const targets = Array.from(
      { length: 60 },
      (_, number) => `address add ${Uplink.targetOf(number)}/24 dev eth0`,
    );
    const outside = ['1.1.1.1', '9.9.9.9'];
    await batch(far, [
      ...targets,
      `route add default via ${inner}`,
      ...outside.map((address) => `address add ${address}/32 dev lo`),
    ]);
    await batch(
      near,
      outside.map((address) => `route add ${address}/32 via ${Uplink.targetOf(0)}`),
    );
  }
}

/** Many commands by one process. */
async function batch(namespace: string, lines: readonly string[]): Promise<void> {
  const running = run('ip', ['-n', namespace, '-batch', '-']);
  running.child.stdin?.end(`${lines.join('\n')}\n`);
  await running;
}

async function ip(...args: readonly string[]): Promise<void> {
  await run('ip', [...args]);
}
