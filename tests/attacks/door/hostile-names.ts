/** Names and texts of machines that would write log lines, screens or journal entries of their own. */
import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { encodeFrame } from '../../../appliance/protocol/frame.ts';
import { messageTypes } from '../../../appliance/protocol/messages.ts';
import { tester } from '../../helpers/machine.ts';
import { WireAgent } from '../../helpers/wire-agent.ts';
import type { Attack } from '../attack.ts';

const forged = 'level=error daemon=ingest msg="forged"';
const names = [
  `pc\r\n${forged}`,
  `pc\n${forged}`,
  'pc\u0000',
  '\u001b[2J\u001b[31mpc',
  'pc\u0085',
  'pc\u2028line',
  '\u202egpj.exe',
  '\ufeffpc',
  'p\u200bc',
  '   ',
  '\u3164',
  'pc ',
  'x'.repeat(254),
  '',
];
/** Odd but harmless: these come in, as what they are. */
const odd = [
  'pc" msg="forged',
  "=cmd|' /C calc'!A0",
  '<img src=x onerror=alert(1)>',
  '../../etc',
  'élève 電 🖥',
];

export const hostileNames: Attack = {
  threat: 11,
  about:
    'line breaks, terminal codes, direction marks, invisible characters and blanks in names and texts of machines',
  by: 'A1',
  guard: { file: 'appliance/protocol/check.ts', name: 'control.test(value)' },
  async control(scene) {
    for (const [at, name] of odd.entries()) {
      const agent = await scene.stranger({ name }, { localAddress: `127.4.14.${at + 1}` });
      assert.equal(agent.welcome?.state, 'waiting', name);
      assert.ok((await scene.box.ingest.waiting()).some((one) => one.name === name));
      await scene.box.ingest.refuse(agent.identity.id, tester);
    }
  },
  async attack(scene) {
    const { box } = scene;
    for (const [at, name] of names.entries()) {
      const agent = new WireAgent({ port: box.ports.door, localAddress: `127.4.14.${at + 10}` });
      const hello = JSON.stringify(agent.hello({ name }));
      agent.raw(encodeFrame(messageTypes.hello, Buffer.from(hello)));
      await agent.until('the door has closed', () => agent.closed);
      assert.equal(agent.errors[0]?.code, 'MALFORMED', JSON.stringify(name));
    }
    const { agent } = await scene.admitted(odd[0]!);
    agent.send('events', { events: [{ runMs: 1, kind: 'box.found', text: `typed 10.0.0.1\n${forged}` }] });
    await agent.until('the door has closed', () => agent.closed);
    assert.equal(agent.errors[0]?.code, 'MALFORMED');
    for (const daemon of ['store', 'ingest', 'web', 'display'] as const) {
      const said = box.program(daemon).said();
      assert.equal(said, stripVTControlCharacters(said), `${daemon} logs terminal codes`);
      for (const line of said.split('\n').filter((one) => one !== ''))
        assert.match(
          line,
          new RegExp(`^level=\\w+ daemon=${daemon} msg="(?!forged)`),
          `${daemon} logs a forged line`,
        );
    }
    return `MALFORMED for ${names.length} names and a text; every line of every log is the daemon's own`;
  },
};
