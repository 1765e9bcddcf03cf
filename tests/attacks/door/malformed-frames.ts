/** Says what nobody may say: to the door as a stranger, and as a machine that was taken over. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { encodeFrame } from '../../../appliance/protocol/frame.ts';
import { messageTypes } from '../../../appliance/protocol/messages.ts';
import { WireAgent } from '../../helpers/wire-agent.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';

type Hello = ReturnType<WireAgent['hello']>;
const json = (value: unknown) => JSON.stringify(value);
/** The hello with this written where its `runMs` stands. */
const runMs = (hello: Hello, written: string) => json({ ...hello, runMs: 12_345 }).replace('12345', written);

/** Each is a hello that must be refused, as text or as bytes. */
const hellos: Record<string, (hello: Hello) => string | Uint8Array> = {
  nothing: () => '',
  'half an object': (hello) => json(hello).slice(0, -1),
  'something behind it': (hello) => `${json(hello)}{}`,
  'a list': (hello) => json([hello]),
  null: () => 'null',
  'a byte order mark': (hello) => `\ufeff${json(hello)}`,
  'broken UTF-8': (hello) =>
    Buffer.concat([Buffer.from(json(hello).slice(0, -1)), Buffer.from([0xc3, 0x28])]),
  compressed: (hello) => gzipSync(json(hello)),
  NaN: (hello) => runMs(hello, 'NaN'),
  Infinity: (hello) => runMs(hello, 'Infinity'),
  '1e999': (hello) => runMs(hello, '1e999'),
  '2^63': (hello) => runMs(hello, '9223372036854775808'),
  'below zero': (hello) => runMs(hello, '-1'),
  'a text for a number': (hello) => runMs(hello, '"1"'),
  'half a pair': (hello) => json({ ...hello, name: 'x' }).replace('"x"', '"\\ud800"'),
  'a deep list': (hello) => json({ ...hello, name: 'x' }).replace('"x"', '['.repeat(7_000)),
  'two names, the second too long': (hello) => `${json(hello).slice(0, -1)},"name":"${'n'.repeat(254)}"}`,
  'a polluted prototype instead of fields': () => '{"__proto__":{"protocol":[1,0],"name":"x"}}',
};

const series = '[{"name":"a","unit":"1","scale":0,"kind":"gauge"}]';
/** What an admitted machine may not say, behind a good hello: type and body. */
const later: Record<string, [type: number, body: string | Uint8Array]> = {
  'a second hello': [messageTypes.hello, '{}'],
  'samples before a dictionary': [messageTypes.samples, new Uint8Array([1, 1, 0, 0, 0])],
  'a dictionary with a hole': [messageTypes.dictionary, `{"from":5,"series":${series}}`],
  'a name with a newline': [
    messageTypes.dictionary,
    `{"from":0,"series":${series.replace('"a"', '"a\\nb"')}}`,
  ],
  'a name that is too long': [
    messageTypes.dictionary,
    `{"from":0,"series":${series.replace('"a"', `"${'a'.repeat(129)}"`)}}`,
  ],
  'a deep list': [messageTypes.facts, `{"os":${'['.repeat(200_000)}`],
  'a compressed dictionary': [messageTypes.dictionary, gzipSync(`{"from":0,"series":${series}}`)],
  'a type of nobody': [200, '{}'],
  'what only a box says': [messageTypes.welcome, '{}'],
};

async function refused(scene: Scene, what: string, agent: WireAgent): Promise<void> {
  await agent.until('the door has closed', () => agent.closed);
  assert.ok(
    ['MALFORMED', 'NOT_ADMITTED'].includes(agent.errors.at(-1)?.code ?? ''),
    `${what}: ${json(agent.heard)}`,
  );
  assert.equal(scene.box.program('ingest').over(), null, `${what} ended the door`);
}

export const malformedFrames: Attack = {
  threat: 9,
  about: 'bodies that are no JSON, too deep, too big, compressed, or of another shape',
  by: 'A1',
  guard: { file: 'appliance/protocol/check.ts', name: 'fatal: true' },
  async control(scene) {
    // What is not known is ignored, and so are fields that would reach into every object.
    const agent = new WireAgent({ port: scene.box.ports.door });
    const hello = json(agent.hello({ name: 'Zoë 電' })).slice(0, -1);
    agent.raw(encodeFrame(messageTypes.hello, Buffer.from(`${hello},"news":1,"__proto__":{"token":"x"}}`)));
    await agent.until('it is welcome', () => agent.welcome !== undefined || agent.closed);
    assert.equal(agent.welcome?.state, 'waiting');
    agent.cut();
  },
  async attack(scene) {
    const { port } = { port: scene.box.ports.door };
    for (const [at, [what, bodyOf]] of Object.entries(hellos).entries()) {
      const agent = new WireAgent({ port, localAddress: `127.4.10.${at + 1}` });
      agent.raw(encodeFrame(messageTypes.hello, Buffer.from(bodyOf(agent.hello()))));
      await refused(scene, what, agent);
    }
    const { identity, agent } = await scene.admitted('says nonsense');
    agent.cut();
    for (const [what, [type, body]] of Object.entries(later)) {
      const again = await scene.stranger({ name: 'says nonsense' }, { identity });
      assert.equal(again.welcome?.state, 'admitted');
      again.raw(encodeFrame(type, Buffer.from(body)));
      await refused(scene, what, again);
    }
    return `MALFORMED and closed, ${Object.keys(hellos).length} hellos and ${Object.keys(later).length} later words`;
  },
};
