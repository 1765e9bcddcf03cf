/** A small LAN of network namespaces joined by a bridge. Needs root and iproute2; nothing leaves the machine. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Host = {
  readonly namespace: string;
  readonly address: string;
  readonly prefix: readonly string[];
};

export class Lan {
  readonly #bridge: string;
  readonly #hosts: Host[] = [];
  readonly #tag: string;

  private constructor(tag: string) {
    this.#tag = tag;
    this.#bridge = `nm${tag}lan`;
  }

  /** Why a test that needs a LAN cannot run here, or `false`. */
  static async missing(): Promise<string | false> {
    if (process.getuid?.() !== 0) return 'network namespaces need root';
    try {
      await run('ip', ['-V']);
      return false;
    } catch {
      return 'the command ip is missing (Debian package iproute2)';
    }
  }

  static async create(): Promise<Lan> {
    const lan = new Lan(process.pid.toString(36));
    await ip('netns', 'add', lan.#bridge);
    await ip('-n', lan.#bridge, 'link', 'add', 'br0', 'type', 'bridge');
    await ip('-n', lan.#bridge, 'link', 'set', 'br0', 'up');
    return lan;
  }

  async addHost(): Promise<Host> {
    const number = this.#hosts.length + 1;
    const namespace = `nm${this.#tag}h${number}`;
    const address = `10.77.0.${number}`;
    const host: Host = { namespace, address, prefix: ['ip', 'netns', 'exec', namespace] };
    this.#hosts.push(host);
    await ip('netns', 'add', namespace);
    const veth = ['link', 'add', 'eth0', 'netns', namespace, 'type', 'veth', 'peer', 'name', `p${number}`];
    await ip(...veth, 'netns', this.#bridge);
    await ip('-n', this.#bridge, 'link', 'set', `p${number}`, 'master', 'br0', 'up');
    await ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0');
    await ip('-n', namespace, 'link', 'set', 'lo', 'up');
    await ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    await ip('-n', namespace, 'route', 'add', 'default', 'dev', 'eth0');
    return host;
  }

  /** The cable of this host is pulled, or put in again: its address stays. */
  async plug(host: Host, isIn: boolean): Promise<void> {
    const port = `p${this.#hosts.indexOf(host) + 1}`;
    await ip('-n', this.#bridge, 'link', 'set', port, isIn ? 'up' : 'down');
  }

  /** A network of its own that hangs on no cable of the LAN. */
  async addTunnel({ namespace }: Host): Promise<void> {
    await ip('-n', namespace, 'link', 'add', 'tail0', 'type', 'veth', 'peer', 'name', 'tail1');
    await ip('-n', namespace, 'link', 'set', 'tail1', 'up');
    await ip('-n', namespace, 'address', 'add', '100.64.0.1/24', 'dev', 'tail0');
    await ip('-n', namespace, 'link', 'set', 'tail0', 'up');
  }

  /** One more address of this host, which need not be of this network. */
  async addAddress({ namespace }: Host, address: string): Promise<void> {
    await ip('-n', namespace, 'address', 'add', `${address}/32`, 'dev', 'eth0');
  }

  /** The host leaves its address and takes another of this network, as after a new lease. */
  async moveHost({ namespace, address }: Host, to: string): Promise<void> {
    await ip('-n', namespace, 'address', 'delete', `${address}/24`, 'dev', 'eth0');
    await ip('-n', namespace, 'address', 'add', `${to}/24`, 'dev', 'eth0');
    await ip('-n', namespace, 'route', 'replace', 'default', 'dev', 'eth0');
  }

  /** Where this host asks for names; `ip netns exec` shows the file to what it starts. */
  async setResolver({ namespace }: Host, o: { server: string; search: string }): Promise<void> {
    const folder = join('/etc/netns', namespace);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'resolv.conf'), `nameserver ${o.server}\nsearch ${o.search}\n`);
  }

  async remove(): Promise<void> {
    for (const namespace of [...this.#hosts.map((host) => host.namespace), this.#bridge]) {
      await ip('netns', 'delete', namespace);
      await rm(join('/etc/netns', namespace), { recursive: true, force: true });
    }
  }
}

async function ip(...args: readonly string[]): Promise<void> {
  await run('ip', [...args]);
}
