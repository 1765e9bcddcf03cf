import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Catalog } from '../../../agent/catalog.ts';
import { berInteger, berOid, inside, numberOf, oidOf, readAll, tlv } from '../../../agent/probes/ber.ts';
import { Pace } from '../../../agent/probes/pace.ts';
import { Runner } from '../../../agent/probes/runner.ts';
import { limits } from '../../../appliance/protocol/limits.ts';
import { metricSeries } from '../../../appliance/protocol/metrics.table.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { anywhere, udpServer } from '../../helpers/probing.ts';

const interfaces = 32;

/** A device that calls each of its interfaces otherwise whenever it is asked. */
function renaming(): (asked: Buffer) => Uint8Array[] {
  let names = 0;
  return (asked) => {
    const [, community, pdu] = inside(readAll(asked)[0], 0x30);
    const [id, , , rows] = readAll(pdu!.body);
    const oid = oidOf(inside(inside(rows, 0x30)[0], 0x30)[0]!);
    const isTable = pdu!.tag === 0xa5;
    const told = Array.from({ length: isTable ? interfaces : 1 }, (_, at) => {
      const value = oid[6] === 31 && oid.at(-1) === 1 ? tlv(4, Buffer.from(`if${names++}`)) : berInteger(1);
      return tlv(0x30, berOid(isTable ? [...oid, at + 1] : oid), isTable ? value : tlv(0x43, Buffer.of(1)));
    });
    const body = tlv(0xa2, berInteger(numberOf(id!)!), berInteger(0), berInteger(0), tlv(0x30, ...told));
    return [tlv(0x30, berInteger(1), tlv(4, community!.body), body)];
  };
}

test('a device whose interfaces are called otherwise each time fills no more than the room of its probe', async (t) => {
  const port = await udpServer(t, renaming());
  const clock = new FakeClock();
  const around = {
    clock,
    reach: anywhere,
    ping: async () => [],
    reset: () => undefined,
    pace: new Pace(clock),
  };
  const log = createLog({ name: 'test', level: 'error', write: (line) => assert.fail(line) });
  const runner = new Runner({ around, runMs: () => clock.monotonicMs(), log });
  const options = { host: 'switch.test', port, interfaces, timeoutMs: 30_000 };
  const probe = { id: 'abcdefg2', kind: 'snmp', intervalMs: 86_400_000, options };
  const names = new Set<string>();
  runner.assign([probe]);
  await clock.advance(10_000);
  for (let again = 1; again <= 4; again++) {
    // Each look is over before the next one begins: its values are the news of one tick.
    const found = await eventually(
      'what a look found',
      async () => {
        await clock.advance(100);
        const told: string[] = [];
        runner.collect({ put: ({ name }) => void told.push(name) });
        return told.length > 0 && told;
      },
      { everyMs: 5 },
    );
    for (const name of found) names.add(name);
    assert.ok(found.includes('probe.up:abcdefg2'), 'what it has had from the beginning goes on');
    runner.assign([{ ...probe, again }]);
  }
  runner.stop();
  assert.equal(names.size, 128);
});

test('a machine has room for all that its probes measure, when all of them look at encrypted pages', () => {
  const catalog = new Catalog(new FakeClock());
  const phases = ['name', 'connect', 'tls', 'firstbyte'];
  for (let number = 0; number < limits.probesPerMachine; number++) {
    const id = `page${number.toString(32).padStart(4, 'a')}`;
    const found = [
      ...(['probe.up', 'probe.duration', 'probe.status', 'probe.certificate.expiry'] as const).map((metric) =>
        metricSeries(metric, id),
      ),
      ...phases.map((phase) => metricSeries('probe.phase', id, phase)),
    ];
    for (const series of found) assert.notEqual(catalog.indexOf(series), undefined, series.name);
  }
  assert.ok(catalog.length + limits.seriesPerMachine <= limits.placesPerMachine);
});
