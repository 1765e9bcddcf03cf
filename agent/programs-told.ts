/** The busiest programs, told when the box asks. It asks seldom: what looks for them is loaded with the first question. */
import type { Clock } from '../appliance/runtime/clock.ts';
import type { Busiest } from './collectors/busiest.ts';
import type { AgentConfig } from './config.ts';
import type { Speaker } from './speaker.ts';

/** As the owner of the machine allows; `off` also where nobody knows how to look. */
export function programsOf({ config, clock }: { config: AgentConfig; clock: Clock }): Speaker['processes'] {
  const told = config.processes;
  if (told === 'off' || process.platform !== 'linux') return async () => ({ off: true, processes: [] });
  let busiest: Promise<Busiest> | undefined;
  return async () => {
    busiest ??= import('./collectors/busiest.ts').then(
      (module) => new module.Busiest({ procRoot: config.proc_root, clock, told }),
    );
    return (await busiest).ask();
  };
}
