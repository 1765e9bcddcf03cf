/** The terminal's keys, against a display's socket that notes what it is asked. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ReadStream } from 'node:tty';
import { type Keys, listenToKeys } from '../../appliance/launch/keys.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { createLocalServer } from '../../appliance/runtime/socket/server.ts';
import { eventually } from '../helpers/eventually.ts';

class Terminal extends PassThrough {
  raw = false;
  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }
}

describe('the keys of the terminal', () => {
  let runDir: string;
  let terminal: Terminal;
  let keys: Keys;
  let pressed: unknown[];
  let written: string;
  let quits: number;
  let columns: number | undefined;
  let server: ReturnType<typeof createLocalServer>;

  beforeEach(async () => {
    runDir = await mkdtemp(join(tmpdir(), 'nm-'));
    [pressed, written, quits, columns] = [[], '', 0, undefined];
    const bits = Buffer.alloc(1024);
    bits[0] = 1; // The dot at the top left.
    await mkdir(join(runDir, 'display-console'));
    server = createLocalServer({
      path: join(runDir, 'display-console/sock'),
      log: createLog({ name: 'test', level: 'error', write: () => undefined }),
      routes: [
        {
          method: 'GET',
          path: '/v1/frame',
          handle: () => ({ json: { bits: bits.toString('base64'), screen: 'overview', text: [] } }),
        },
        {
          method: 'POST',
          path: '/v1/press',
          handle: async (request) => {
            pressed.push(await request.json());
            return { json: {} };
          },
        },
      ],
    });
    await server.start(new AbortController().signal);
    terminal = new Terminal();
    keys = listenToKeys({
      input: terminal as unknown as ReadStream,
      write: (text) => {
        written += text;
      },
      columns: () => columns,
      away: 'away',
      runDir,
      quit: () => {
        quits++;
      },
    });
  });
  afterEach(async () => {
    keys.stop();
    await server.stop();
    await rm(runDir, { recursive: true, force: true });
  });

  it('press, hold and press twice, and draw the screen afterwards', async () => {
    for (const [key, kind] of [
      ['p', 'press'],
      ['h', 'hold'],
      ['d', 'double'],
    ] as const) {
      written = '';
      terminal.write(key);
      await eventually('a picture', () => written.includes('╯'));
      assert.deepEqual(pressed.at(-1), { kind });
    }
  });

  it('draw the screen with its dots where they are', async () => {
    terminal.write('o');
    await eventually('a picture', () => written.includes('╯'));
    const [, first, second] = written.split('\n');
    assert.equal(first, `│▀${' '.repeat(127)}│`);
    assert.equal(second, `│${' '.repeat(128)}│`);
    assert.deepEqual(pressed, []);
  });

  it('draw it smaller where the terminal is narrow, so that no line is broken', async () => {
    columns = 80;
    terminal.write('o');
    await eventually('a picture', () => written.includes('╯'));
    const lines = written.trimEnd().split('\n');
    assert.equal(lines[1], `│⠁${'⠀'.repeat(63)}│`);
    assert.deepEqual([lines.length, Math.max(...lines.map((line) => line.length))], [18, 66]);
  });

  it('say so when the screen does not answer', async () => {
    await server.stop();
    terminal.write('o');
    await eventually('the words', () => written === 'away\n');
  });

  it('quit with q or Ctrl-C, which a raw terminal gives as a character', async () => {
    terminal.write('q');
    await eventually('quit', () => quits === 1);
    terminal.write('\u0003');
    await eventually('quit again', () => quits === 2);
  });

  it('give the terminal back as it was', () => {
    assert.equal(terminal.raw, true);
    keys.stop();
    assert.equal(terminal.raw, false);
  });
});
