/** Which ports a home gets. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { choosePorts, portIsFree } from '../../appliance/launch/ports.ts';

describe('the ports of a home', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'nm-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const taken =
    (...ports: number[]) =>
    async (port: number) =>
      !ports.includes(port);

  it('are the usual ones', async () => {
    assert.deepEqual(await choosePorts(home, {}, taken()), { https: 8443, http: 8080, door: 7411 });
  });

  it('move on when another program has them', async () => {
    assert.deepEqual(await choosePorts(home, {}, taken(8443, 8444, 7411)), {
      https: 8445,
      http: 8080,
      door: 7412,
    });
  });

  it('are those of the time before, so that bookmarks and agents find the box again', async () => {
    await choosePorts(home, {}, taken(8443, 7411));
    assert.deepEqual(await choosePorts(home, {}, taken()), { https: 8444, http: 8080, door: 7412 });
  });

  it('give the person the one asked for, even if another of ours would have had it', async () => {
    assert.deepEqual(await choosePorts(home, { https: 8080 }, taken()), {
      https: 8080,
      http: 8081,
      door: 7411,
    });
  });

  it('refuse when the one asked for is taken', async () => {
    await assert.rejects(choosePorts(home, { https: 9000 }, taken(9000)), {
      code: 'PORT_TAKEN',
      message: /9000 is taken.*--port/,
    });
  });

  it('are seen as taken when a program listens on one address only', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as { port: number };
    assert.equal(await portIsFree(port), false);
    await new Promise((done) => server.close(done));
    assert.equal(await portIsFree(port), true);
  });
});
