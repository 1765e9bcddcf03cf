/** Somebody who may only look reads the recovery code off the picture of the box's screen. */
import assert from 'node:assert/strict';
import { listen } from '../../helpers/event-stream.ts';
import { eventually } from '../../helpers/eventually.ts';
import type { Attack } from '../attack.ts';
import { invite, removePerson, visiting } from './visitor.ts';

export const overTheShoulder: Attack = {
  threat: 4,
  about: "reading the recovery code off the page's picture of the screen, as a viewer",
  by: 'A3',
  guard: { file: 'display/screens/recovery.ts', name: 'recovery: null' },
  journal: ['recovery.armed'],
  async control({ ask, cookie }) {
    assert.match((await ask('/api/v1/panel', { cookie })).text, /"screen"/);
  },
  async attack(scene) {
    const { box } = scene;
    const { id, join } = await invite(scene, 'Watcher', 'viewer');
    await visiting(scene, '127.4.20.1', async ({ ask }) => {
      const { cookie } = await join(ask);
      const identity = { https: box.ports.https, identity: scene };
      const stream = await listen({ after: () => undefined }, identity, cookie);
      await box.display.press('recovery');
      const code = await eventually(
        'a code is shown',
        async () => (await box.web.address()).recovery ?? false,
      );
      await stream.next('panel', ({ screen }) => screen === 'recovery');
      const { json } = await ask('/api/v1/panel', { cookie });
      const { text } = (json as { frame: { text: string[] } }).frame;
      const shown = [...text, stream.text()].join(' ');
      stream.close();
      const half = code.slice(0, 3);
      assert.equal(shown.includes(code) || text.join(' ').includes(half), false, `the page tells ${code}`);
      for (const kind of ['recovery', 'down', 'up'])
        assert.notEqual(
          (await scene.ask('/api/v1/panel/press', { method: 'POST', cookie: scene.cookie, body: { kind } }))
            .status,
          204,
          `the page presses ${kind}`,
        );
    });
    await box.display.press('double');
    await removePerson(scene, id);
    return 'the picture leaves the code out; the page cannot hold the button that long';
  },
};
