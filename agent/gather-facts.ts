/** The short-lived other half of facts.ts: asks systeminformation, prints one line of JSON, and is gone. */
import type { Facts } from '../appliance/protocol/facts.ts';
import { replaceControls } from '../appliance/runtime/plain-text.ts';

export async function printFacts(print: (text: string) => void): Promise<void> {
  // By its default export: a bundle has no other of a CommonJS module that it loads late.
  const { default: information } = await import('systeminformation');
  // One after the other: each call starts programs of its own, and nobody is waiting. On Windows one shell serves all.
  if (process.platform === 'win32') information.powerShellStart();
  const os = await information.osInfo();
  const cpu = await information.cpu();
  const memory = await information.mem();
  const system = await information.system();
  if (process.platform === 'win32') information.powerShellRelease();
  const cpuModel = [cpu.manufacturer, cpu.brand].filter((part) => part !== '').join(' ');
  const model = [system.manufacturer, system.model].filter((part) => part !== '' && part !== '-').join(' ');
  const facts: Facts = {
    ...text('os', [os.distro, os.release].filter((part) => part !== '').join(' ')),
    ...text('kernel', os.kernel),
    ...text('arch', os.arch),
    ...text('cpuModel', cpuModel),
    ...(cpu.cores > 0 ? { cores: cpu.cores } : {}),
    ...(memory.total > 0 ? { memoryBytes: memory.total } : {}),
    ...text('model', model),
  };
  print(`${JSON.stringify(facts)}\n`);
}

/** A fact that was not found is left out; firmware vendors put anything into these texts. */
function text<K extends keyof Facts>(key: K, value: string): { [P in K]?: string } {
  const clean = replaceControls(value, ' ').toWellFormed().trim().slice(0, 200);
  return clean === '' || clean === 'unknown' ? {} : ({ [key]: clean } as { [P in K]?: string });
}
