/** All collectors of Linux together on several kinds of machine. All but `debian` were written after published sources. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Catalog } from '../../../agent/catalog.ts';
import { collectors, everywhere } from '../../../agent/collectors/index.ts';
import { Sampler } from '../../../agent/sampler.ts';
import { limits } from '../../../appliance/protocol/limits.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { type MachineName, RecordedMachine } from '../../helpers/collecting.ts';

function measuring(machine: RecordedMachine) {
  const lines: string[] = [];
  const log = createLog({ name: 'agent', level: 'debug', write: (line) => lines.push(line) });
  const catalog = new Catalog(machine.clock);
  const sampler = new Sampler({ collectors, everywhere, machine, catalog, log });
  /** Values by name, as the box gets them. */
  async function cycle(): Promise<Record<string, number>> {
    const values = await sampler.sample();
    const series = catalog.from(0);
    const present = series.flatMap(({ name, scale }, at) => {
      const value = values[at];
      return value === undefined ? [] : [[name, value / 10 ** scale] as const];
    });
    return Object.fromEntries(present);
  }
  return { lines, catalog, cycle };
}

const KIB = 1024;
const GIB_USED = 536_870_912;

type Kind = { written: boolean; has: Record<string, number>; without: RegExp };

const kinds: Partial<Record<MachineName, Kind>> = {
  debian: {
    written: false,
    has: {
      'system.cpu.logical.count': 2,
      'system.memory.limit': 24_684_084 * KIB,
      'system.network.up:eth0': 1,
    },
    without: /paging|hw\.|zram|loop/,
  },
  pi: {
    written: true,
    has: {
      'system.cpu.logical.count': 4,
      'system.cpu.frequency': 1_200_000_000,
      'system.filesystem.usage:/:used': GIB_USED,
    },
    without: /mmcblk0p/,
  },
  alpine: {
    written: true,
    has: {
      'system.cpu.logical.count': 1,
      'system.memory.usage:used': (494_084 - 401_220) * KIB,
      'system.disk.io:vda:write': 401_220 * 512,
      'system.network.dropped:eth0:receive': 4,
      'system.filesystem.usage:/boot:used': GIB_USED,
      'system.reboot.pending': 0,
      'system.processes.count': 3,
    },
    without: /paging|hw\.|speed|sr0|vda1|:\/(run|tmp|dev)/,
  },
  container: {
    written: true,
    has: {
      'system.memory.limit': 256 * KIB * KIB,
      'system.memory.usage:used': 128 * KIB * KIB,
      'system.memory.utilization': 0.5,
      'system.cpu.logical.count': 4,
      'system.filesystem.usage:/:used': GIB_USED,
      'system.filesystem.usage:/data:used': GIB_USED,
      'system.network.io:eth0:receive': 1_204_411,
    },
    without: /paging|disk|hw\.|etc|reboot/,
  },
  ipv6: {
    written: true,
    has: {
      'system.network.io:enp5s0:receive': 812_044_112_044,
      'system.network.speed:enp5s0': 1_000_000_000,
      'system.paging.usage:used': 512_000 * KIB,
      'system.disk.operations:nvme0n1:read': 8_112,
      'system.disk.operations:dm-0:read': 16_000,
      'system.filesystem.limit:/boot': 1_073_741_824,
    },
    without: /veth|nvme0n1p|loop|snap/,
  },
};

for (const [name, { written, has, without }] of Object.entries(kinds) as [MachineName, Kind][]) {
  test(`everything that a machine of the kind "${name}" shows is measured, and nothing else`, async (t) => {
    if (written) t.diagnostic('not run on the platform');
    using machine = new RecordedMachine(name);
    const { lines, cycle } = measuring(machine);
    await cycle();
    const values = await cycle();
    for (const [series, value] of Object.entries(has)) assert.equal(values[series], value, series);
    const foreign = Object.keys(values).filter((series) => without.test(series));
    assert.deepEqual(foreign, []);
    assert.deepEqual(lines, []);
  });
}

test('of a machine with 120 disks and as many file systems all is measured that fits, the rest of it first', async () => {
  using machine = new RecordedMachine('debian');
  const names = Array.from(
    { length: 120 },
    (_, at) => `sd${String.fromCharCode(97 + (at % 26))}${Math.floor(at / 26)}`,
  );
  const counters = '1 0 2 3 4 0 5 6 0 7 8 0 0 0 0 0 0';
  machine.write('proc/diskstats', names.map((name, at) => `   8 ${at * 16} ${name} ${counters}\n`).join(''));
  const mounts = names.map(
    (name, at) => `${30 + at} 1 8:${at * 16} / /srv/${name} rw - xfs /dev/${name} rw\n`,
  );
  machine.write('proc/self/mountinfo', `22 1 254:0 / / rw - ext4 /dev/vda rw\n${mounts.join('')}`);
  for (const name of names) machine.write(`sys/block/${name}/size`, '1\n');
  const { lines, catalog, cycle } = measuring(machine);
  await cycle();
  const values = await cycle();
  assert.equal(catalog.length, limits.seriesPerMachine);
  assert.equal(values['system.network.up:eth0'], 1);
  assert.equal(values['system.filesystem.usage:/:used'], GIB_USED);
  assert.ok('system.uptime' in values);
  const full = lines.filter((line) => line.includes('too many series'));
  assert.equal(full.length, 1, lines.join(''));
});

/** What each file is for; without it these are absent, and all else is measured as before. */
const files: Record<string, RegExp> = {
  'proc/stat': /^system\.cpu\.(utilization|logical)/,
  'proc/meminfo': /^system\.(memory|paging)/,
  'proc/loadavg': /^system\.cpu\.load_average/,
  'proc/uptime': /^system\.uptime/,
  'proc/net/dev': /^system\.network/,
  'proc/diskstats': /^system\.disk/,
  'proc/self/mountinfo': /^system\.filesystem/,
};

for (const [file, series] of Object.entries(files)) {
  test(`${file} that is missing, cut off, or of another kernel is absent, and the rest is measured`, async () => {
    const garbage = '\u0000\u0001 kernel of another planet: -1 NaN 99999999999999999999999999 \n\n:::\n';
    using machine = new RecordedMachine('debian');
    const { cycle: wholeCycle } = measuring(machine);
    await wholeCycle();
    const others = Object.keys(await wholeCycle()).filter((name) => !series.test(name));
    for (const text of ['', garbage, `${'9'.repeat(400)}\n`, 'x'.repeat(70_000), undefined]) {
      if (text !== undefined) machine.write(file, text);
      else {
        machine.remove(file);
        // A descriptor that is kept would still read what was removed.
        machine.proc.close();
      }
      const { lines, cycle } = measuring(machine);
      await cycle();
      await cycle();
      assert.deepEqual(Object.keys(await cycle()), others);
      const said = lines.filter((line) => line.includes('found nothing that it can read'));
      const isEverywhere = !/diskstats|mountinfo/.test(file);
      assert.equal(said.length, isEverywhere ? 1 : 0, lines.join(''));
    }
  });
}

test('a file that is cut off anywhere gives what its whole lines say, and no number that is half of one', async () => {
  for (const file of Object.keys(files)) {
    using machine = new RecordedMachine('debian');
    const { cycle } = measuring(machine);
    const text = machine.read(file);
    await cycle();
    const whole = await cycle();
    const step = Math.max(1, Math.floor(text.length / 40));
    for (let length = text.length - 1; length > 0; length -= step) {
      machine.write(file, text.slice(0, length));
      for (const [name, value] of Object.entries(await cycle())) {
        // Differences and sums of lines may change; what stands in the file as it is may not.
        if (/utilization|count$|usage:used/.test(name)) continue;
        assert.equal(value, whole[name], `${file} cut after ${length} of ${text.length}: ${name}`);
      }
    }
  }
});
