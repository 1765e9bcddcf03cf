/**
 * The process that has systeminformation loaded. It reads a question a line, answers them one after the other, a line
 * each, and ends when nobody can ask any more. On Windows one PowerShell serves all of them.
 */
import { execFile } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { messageOf } from '../../appliance/runtime/errors.ts';
import { busiestOf } from './busiest.ts';
import type { CallName } from './calls.ts';

type Information = typeof import('systeminformation');
type Asked = { id: number; call: CallName; of: string };

/** Only what a collector takes: a list of processes is large. */
const ask: Record<CallName, (information: Information, of: string) => Promise<unknown>> = {
  mem: (information) => information.mem(),
  networkStats: (information, of) => information.networkStats(of),
  // Looked at again only when addresses have changed: on Windows that takes a dozen programs.
  networkInterfaces: (information) => information.networkInterfaces(false),
  networkGatewayDefault: (information) => information.networkGatewayDefault(),
  fsStats: (information) => information.fsStats(),
  disksIO: (information) => information.disksIO(),
  fsSize: (information) => information.fsSize(),
  processes: async (information) => {
    const { all, list } = await information.processes();
    return { all, busiest: busiestOf(list) };
  },
  services: (information) => information.services('*'),
  launchd: () => printedBy('launchctl', 'list'),
  battery: (information) => information.battery(),
  cpuTemperature: (information) => information.cpuTemperature(),
  graphics: (information) => information.graphics(),
};

function printedBy(program: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 1024 * 1024 }, (error, text) =>
      error === null ? resolve(text) : reject(error),
    );
  });
}

export async function answerQuestions(o: { input: Readable; output: Writable }): Promise<void> {
  // By its default export: a bundle has no other of a CommonJS module that it loads late.
  const { default: information } = (await import('systeminformation')) as unknown as { default: Information };
  if (process.platform === 'win32') information.powerShellStart();
  for await (const line of createInterface({ input: o.input })) {
    const { id, call, of } = JSON.parse(line) as Asked;
    let reply: { id: number; answer?: unknown; error?: string };
    try {
      reply = { id, answer: await ask[call](information, of) };
    } catch (error) {
      reply = { id, error: messageOf(error) };
    }
    o.output.write(`${JSON.stringify(reply)}\n`);
  }
  if (process.platform === 'win32') information.powerShellRelease();
}
