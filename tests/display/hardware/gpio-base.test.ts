import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gpioBase } from '../../../display/hardware/gpio-base.ts';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'nm-gpio-'));
});
after(() => rm(root, { recursive: true }));

async function chip(name: string, label: string, base: number): Promise<void> {
  await mkdir(join(root, name));
  await writeFile(join(root, name, 'label'), `${label}\n`);
  await writeFile(join(root, name, 'base'), `${base}\n`);
}

test('says where it looked when no chip is that of the header', async () => {
  await chip('gpiochip566', 'raspberrypi-exp-gpio', 566);
  await assert.rejects(gpioBase(root), { code: 'UNAVAILABLE', path: root });
  await assert.rejects(gpioBase(join(root, 'none')), { code: 'UNAVAILABLE' });
});

test('finds where the pins of the header begin on this kernel', async () => {
  await chip('gpiochip512', 'pinctrl-bcm2835', 512);
  assert.equal(await gpioBase(root), 512);
});
