/** Says which interfaces the agent's collector finds up, and which networks the watch stands in: of whatever namespace it is started in. */
import type { Machine } from '../../agent/collectors/collector.ts';
import { network } from '../../agent/collectors/network.ts';
import { Files } from '../../agent/files.ts';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { ownNetworks } from '../../appliance/watch/verdict/sight.ts';

const prefix = 'system.network.up:';
const up: Record<string, number> = {};
const here = { proc: new Files('/proc'), sys: new Files('/sys'), clock: systemClock };
await network(here as Machine)({
  put({ name }, value) {
    if (name.startsWith(prefix)) up[name.slice(prefix.length)] = value;
  },
});
const networks = ownNetworks().filter((one) => !one.includes(':'));
console.log(JSON.stringify({ up, networks: networks.sort() }));
