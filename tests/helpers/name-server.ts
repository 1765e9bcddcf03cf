/** A real name server (dnsmasq) in a namespace, which knows what a test tells it and asks nobody. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Host } from './lan.ts';

export class NameServer {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Why it cannot run here, or `false`. */
  static async missing(): Promise<string | false> {
    return promisify(execFile)('dnsmasq', ['--version']).then(
      () => false,
      () => 'the command dnsmasq is missing (Debian package dnsmasq-base)',
    );
  }

  static async start(host: Host, records: readonly string[]): Promise<NameServer> {
    const [command = '', ...prefix] = host.prefix;
    const quiet = [
      '--keep-in-foreground',
      '--no-hosts',
      '--no-resolv',
      '--conf-file=/dev/null',
      '--user=root',
    ];
    const own = ['--bind-interfaces', '--pid-file=', '--log-facility=-', ...quiet];
    const child = spawn(command, [...prefix, 'dnsmasq', ...own, ...records], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        said.push(chunk.toString());
        if (said.join('').includes('started')) resolve();
      });
      child.once('exit', () => reject(new Error(`dnsmasq ended: ${said.join('')}`)));
    });
    return new NameServer(child);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}
