/** One echo by the system's own `ping`: its words differ by language and system, the digits before `ms` do not. */
import { spawn } from 'node:child_process';
import { isIP } from 'node:net';
import { messageOf, systemCodeOf } from '../../appliance/runtime/errors.ts';
import { Fault, faultOf, type Trial } from './probe.ts';

const mostOutput = 4_096;
const roundTrip = /[=<]\s*(\d+(?:[.,]\d+)?)\s*ms/;

/** The address is one, so that nothing in it is an option. */
export function pingArguments(system: string, address: string, timeoutMs: number): string[] {
  const seconds = String(Math.max(1, Math.ceil(timeoutMs / 1_000)));
  if (system === 'win32') return ['-n', '1', '-w', String(Math.ceil(timeoutMs)), address];
  if (system === 'darwin') return ['-n', '-c', '1', '-t', seconds, address];
  return ['-n', '-c', '1', '-W', seconds, '--', address];
}

/** `program` is another one in tests. */
export function pinger(program = 'ping'): Trial['ping'] {
  return (address, _past, timeoutMs, signal) =>
    new Promise((resolve, reject) => {
      if (isIP(address) === 0) return reject(new Fault('INTERNAL', `${address} is no address`));
      const child = spawn(program, pingArguments(process.platform, address, timeoutMs), {
        signal,
        killSignal: 'SIGKILL',
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
      let output = '';
      let words = '';
      child.stdout.on('data', (chunk: Buffer) => {
        if (output.length < mostOutput) output += chunk.toString('latin1');
      });
      child.stderr.on('data', (chunk: Buffer) => {
        if (words.length < mostOutput) words += chunk.toString('latin1');
      });
      child.once('error', (error) => {
        reject(faultOfStart(error));
      });
      child.once('close', (code) => {
        const found = roundTrip.exec(output)?.[1];
        if (code === 0 && found !== undefined) resolve([Number(found.replace(',', '.')) / 1_000]);
        // 2: it could not ask at all, for want of rights or of a way.
        else if (code !== 0 && code !== 1) reject(faultOfPing(words));
        else resolve([undefined]);
      });
    });
}

/** About the program, not about the target. */
function faultOfStart(error: Error): Fault {
  const fault = faultOf(error);
  if (fault.code === 'SPENT') return fault;
  const missing = systemCodeOf(error) === 'ENOENT';
  return new Fault('NO_MEANS', missing ? 'there is no ping here' : messageOf(error));
}

function faultOfPing(words: string): Fault {
  const [line = ''] = words.split('\n');
  if (/unreachable/i.test(line)) return new Fault('UNREACHABLE', line);
  return new Fault('NO_MEANS', line === '' ? 'ping failed' : line);
}
