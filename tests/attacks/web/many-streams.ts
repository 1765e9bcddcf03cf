/** Opens live streams without end in one session, and lets them pile up unread. */
import assert from 'node:assert/strict';
import { type Listener, listen } from '../../helpers/event-stream.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';
import { invite, removePerson, visiting } from './visitor.ts';

const open = (scene: Scene, cookie: string) =>
  listen({ after: () => undefined }, { https: scene.box.ports.https, identity: scene }, cookie);

export const manyStreams: Attack = {
  threat: 10,
  about: 'live streams without end from one session',
  by: 'A3',
  guard: { file: 'appliance/web/live.ts', name: 'count >= limits.streamsPerSession' },
  async control(scene) {
    const stream = await open(scene, scene.cookie);
    assert.equal(stream.status, 200);
    await stream.next('panel');
    stream.close();
  },
  async attack(scene) {
    const { id, join } = await invite(scene, 'Listener', 'viewer');
    const { cookie } = await visiting(scene, '127.4.23.1', ({ ask }) => join(ask));
    const streams: Listener[] = [];
    try {
      for (let count = 0; count < 12; count++) streams.push(await open(scene, cookie));
      const statuses = streams.map(({ status }) => status);
      assert.deepEqual([...new Set(statuses)], [200, 429]);
      assert.equal(statuses.filter((status) => status === 200).length, 6);
    } finally {
      for (const stream of streams) stream.close();
      await removePerson(scene, id);
    }
    return '429 from the seventh';
  },
};
