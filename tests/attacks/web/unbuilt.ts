/** Attacks on what the REST interface does not have yet: the box is asked, and its 404 is the answer. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';

type Unbuilt = Pick<Attack, 'threat' | 'about' | 'by'> & { routes: readonly string[] };

/** Once one of these routes is there, the row says SUCCEEDED until somebody has written the attack. */
export function unbuilt({ routes, ...attack }: Unbuilt): Attack {
  const unwritten = async (): Promise<never> => {
    throw new Error(`one of ${routes.join(', ')} is there now, and nobody attacks it yet`);
  };
  return {
    ...attack,
    guard: { file: 'appliance/web/app.ts', name: 'setNotFoundHandler' },
    async missing(scene) {
      // Also that the same question finds what is there.
      assert.equal(await statusOf(scene, 'GET /machines'), 200);
      const there = [];
      for (const route of routes) if ((await statusOf(scene, route)) !== 404) there.push(route);
      return there.length > 0 ? null : `404 to ${routes.join(', ')}`;
    },
    control: unwritten,
    attack: unwritten,
  };
}

async function statusOf({ ask, cookie, bystander }: Scene, route: string): Promise<number> {
  const [method = 'GET', path = ''] = route.split(' ');
  const url = `/api/v1${path.replace(':machine', String(bystander))}`;
  const { status } = await ask(url, { method, cookie });
  return status;
}
