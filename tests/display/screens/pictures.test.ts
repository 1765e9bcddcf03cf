import assert from 'node:assert/strict';
import { test } from 'node:test';
import jsQR from 'jsqr';
import { litAt } from '../../../display/client/frame.ts';
import type { Frame } from '../../../display/client/types.ts';
import { render } from '../../../display/render.ts';
import { samples } from '../../helpers/screen-samples.ts';

type Reader = (pixels: Uint8ClampedArray, width: number, height: number) => { data: string } | null;
const readQr = jsQR as unknown as Reader;

/** As a camera sees the glass: each pixel four wide, lit is white. */
function read(frame: Frame): string | undefined {
  const [scale, width, height] = [4, frame.width * 4, frame.height * 4];
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const lit = litAt(frame, Math.floor(x / scale), Math.floor(y / scale)) ? 255 : 0;
      pixels.set([lit, lit, lit, 255], (y * width + x) * 4);
    }
  return readQr(pixels, width, height)?.data;
}

const pictureOf = (name: string) => {
  const sample = samples.find((one) => one.name === name)!;
  const view = sample.view('fr');
  return { view, ...render(sample.screen, view) };
};

test('a phone reads the address of the page off the glass, as a number', () => {
  assert.equal(read(pictureOf('address-picture').frame), 'HTTPS://192.168.1.20/');
  const port = samples.find((one) => one.name === 'address-port')!.view('en');
  assert.equal(read(render('address-picture', port).frame), 'HTTPS://192.168.1.20:8443/');
});

test('a phone reads the keys of page and box off the glass', () => {
  const page = pictureOf('page-key-picture');
  assert.equal(read(page.frame), page.view.state.address?.fingerprint.toUpperCase());
  const box = pictureOf('box-key-picture');
  assert.equal(read(box.frame), box.view.state.door?.id.toUpperCase());
});

test('what is not known or too long has words instead of a picture', () => {
  const { frame, text, view } = pictureOf('address-picture-unknown');
  assert.equal(read(frame), undefined);
  assert.match(text.join(' '), /Pas/);
  const urls = [`https://${'long'.repeat(30)}.local`];
  const state = { ...view.state, address: { ...page().view.state.address!, urls } };
  assert.equal(read(render('address-picture', { ...view, state }).frame), undefined);
});

const page = () => pictureOf('page-key-picture');
