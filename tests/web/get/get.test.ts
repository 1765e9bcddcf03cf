import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeCertificate } from '../../helpers/certificates.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { startWebBox, type WebBox } from '../../helpers/web-box.ts';

const linux = 'Mozilla/5.0 (X11; Linux x86_64)';
const systems = [
  [linux, 'Linux'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'Windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 'macOS'],
] as const;

/** Three packages of some bytes, as `npm run image -- agents` lays them down. */
function built(t: TestContext, size = 3_000): string {
  const folder = temporaryFolder(t);
  const packages = [
    ['linux', 'x64', 'deb', 'agent_1.deb'],
    ['windows', 'x64', 'zip', 'agent-1.zip'],
    ['macos', 'arm64', 'tar.gz', 'agent-1.tar.gz'],
  ].map(([system = '', arch = '', kind = '', file = '']) => {
    const content = Buffer.alloc(size, file);
    writeFileSync(join(folder, file), content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { system, arch, kind, file, bytes: content.length, sha256 };
  });
  writeFileSync(join(folder, 'packages.json'), JSON.stringify({ version: '1', packages }));
  writeFileSync(join(folder, 'install.sh'), 'url=\'@URL@\'\npin=\'@PIN@\'\necho "$url" "$@"\n');
  writeFileSync(join(folder, 'install.ps1'), '@HOST@ @PORT@ @CERTIFICATE@ @OTHER@\n');
  return folder;
}

const page = async (box: WebBox, headers: Record<string, string> = {}) =>
  box.ask('/get', { headers: { 'user-agent': linux, ...headers } });
const commandIn = (html: string): string =>
  (/<code>(curl [^<]+)<\/code>/.exec(html)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

test('shows the line for the system of the reader first, in the language of the reader, without a sign-in', async (t) => {
  const box = await startWebBox(t, { packagesDir: built(t) });
  for (const [agent, name] of systems) {
    const { status, text, headers } = await page(box, { 'user-agent': agent });
    assert.equal(status, 200);
    assert.match(
      text,
      new RegExp(`<section class="card">\\s*<h2>${name}: this computer</h2>[\\s\\S]*<details>`),
    );
    const removal = name === 'Windows' ? 'netmonitor-agent uninstall' : 'sudo netmonitor-agent uninstall';
    assert.equal(/To remove it: ([^<]+)/.exec(text)?.[1], removal);
    assert.match(String(headers['content-security-policy']), /default-src 'self'/);
    assert.doesNotMatch(text, /<style|style=|<script>|https?:\/\/(?!127\.0\.0\.1|localhost)/);
  }
  const french = await page(box, { 'accept-language': 'fr-CH, en;q=0.5' });
  assert.match(french.text, /<html lang="fr">[\s\S]*Linux : cet ordinateur/);
  const phone = await page(box, { 'user-agent': 'Mozilla/5.0 (Linux; Android 15) Mobile' });
  assert.match(phone.text, /telephone/);
  assert.doesNotMatch(phone.text, /<details>/);
});

test('the line names the key that is served now, also of an uploaded certificate, and the key of the box', async (t) => {
  const box = await startWebBox(t, { packagesDir: built(t) });
  const spki = (pem: string) => new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  const pin = (pem: string) => createHash('sha256').update(spki(pem)).digest('base64');
  const own = commandIn((await page(box)).text);
  assert.ok(own.includes(`--pinnedpubkey 'sha256//${pin(box.identity.certificate)}'`), own);
  assert.match(own, new RegExp(`\\| sudo sh -s -- --box-hash=${(await box.door.client().door()).id}$`));

  const cookie = await box.signIn();
  const other = makeCertificate({ name: 'box', dns: ['box.school.example'] });
  const body = { chain: other.pem, key: other.keyPem };
  assert.equal((await box.ask('/api/v1/certificate', { method: 'PUT', body, cookie })).status, 200);
  const html = await fetched(box, '/get', { 'user-agent': linux });
  assert.ok(commandIn(html).includes(`'sha256//${pin(other.pem)}'`), commandIn(html));
  const script = await fetched(box, '/get/install.ps1', {});
  const hash = createHash('sha256').update(new X509Certificate(other.pem).raw).digest('hex');
  assert.equal(script, `127.0.0.1 ${box.https} ${hash} @OTHER@\n`);
});

test('curl runs the script of the page, and nothing of a page with another key', async (t) => {
  const box = await startWebBox(t, { packagesDir: built(t) });
  const line = commandIn((await page(box)).text).replace('| sudo sh', '| sh');
  // The loopback is what this box has; another computer is told its address.
  const said = await shell(line);
  assert.match(said.out, /^https:\/\/\S+ --box-hash=[0-9a-f]{64}\n$/, said.err);
  const wrong = await shell(line.replace(/sha256\/\/.{8}/, 'sha256//AAAAAAAA'));
  assert.equal(wrong.out, '');
  assert.match(wrong.err, /does not match pinned public key/);
});

test('a package comes whole, with its type and tag, and not again to whoever has it', async (t) => {
  const folder = built(t);
  const box = await startWebBox(t, { packagesDir: folder });
  const { status, headers, text } = await box.ask('/get/packages/agent_1.deb');
  assert.equal(status, 200);
  assert.deepEqual(
    [headers['content-type'], headers['content-length'], headers['content-disposition'], text.length],
    ['application/vnd.debian.binary-package', '3000', 'attachment; filename="agent_1.deb"', 3_000],
  );
  const again = await box.ask('/get/packages/agent_1.deb', {
    headers: { 'if-none-match': String(headers.etag) },
  });
  assert.deepEqual([again.status, again.text], [304, '']);
  const head = await box.ask('/get/packages/agent-1.zip', { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-length'], head.text], [200, '3000', '']);
  // A file that is no longer what the list says is not begun.
  writeFileSync(join(folder, 'agent-1.zip'), 'half');
  assert.equal((await box.ask('/get/packages/agent-1.zip')).status, 503);
});

test('what the list does not name is not there, however it is written', async (t) => {
  const folder = built(t);
  const box = await startWebBox(t, { packagesDir: folder });
  for (const path of [
    ...['packages.json', 'install.sh', 'identity.pem', '..%2fpackages.json', '%2e%2e%2fidentity.pem', '.'],
    ...['..%5cidentity.pem', 'agent_1.deb%00', 'agent_1.deb/', 'AGENT_1.DEB', '%2fetc%2fpasswd', '__proto__'],
  ]) {
    const { status, text } = await box.ask(`/get/packages/${path}`);
    assert.ok(
      status === 404 || status === 400 || (path.endsWith('/') && status === 200),
      `${path}: ${status}`,
    );
    assert.doesNotMatch(text, /PRIVATE KEY|"sha256"|root:/, path);
  }
  // A list that names what lies elsewhere is no list.
  const evil = {
    system: 'linux',
    arch: 'x64',
    kind: 'deb',
    file: '../identity.pem',
    bytes: 1,
    sha256: '0'.repeat(64),
  };
  writeFileSync(join(folder, 'packages.json'), JSON.stringify({ version: '1', packages: [evil] }));
  assert.equal((await box.ask('/get/packages/..%2fidentity.pem')).status, 500);
});

test('without packages the page says how to build them, and nothing is linked', async (t) => {
  const folder = built(t);
  const box = await startWebBox(t, { packagesDir: folder });
  rmSync(join(folder, 'packages.json'));
  const { status, text } = await page(box);
  assert.equal(status, 200);
  assert.match(text, /npm run image -- agents/);
  assert.doesNotMatch(text, /curl|packages\//);
  for (const path of ['install.sh', 'install.ps1', 'packages/agent_1.deb']) {
    const answer = await box.ask(`/get/${path}`);
    assert.equal(answer.status, 404);
    assert.match(answer.text, /npm run image -- agents/);
  }
});

test('while the door has never said who it is there is no line to copy', async (t) => {
  const box = await startWebBox(t, { packagesDir: built(t) });
  box.door.away = true;
  const { text } = await page(box);
  assert.match(text, /does not answer/);
  assert.doesNotMatch(text, /curl/);
  assert.equal((await box.ask('/get/install.sh')).status, 503);
  box.door.away = false;
  const line = commandIn((await page(box)).text);
  assert.notEqual(line, '');
  // Its key does not change: once known it is told also while the door starts anew.
  box.door.away = true;
  assert.equal(commandIn((await page(box)).text), line);
});

test('one address fetches three packages at a time, and gets its places back', async (t) => {
  const box = await startWebBox(t, { packagesDir: built(t, 12_000_000) });
  const agent = new Agent({ ca: box.identity.certificate, servername: 'localhost' });
  t.after(() => agent.destroy());
  const begun = async () => {
    const headers = { host: 'localhost' };
    const request = get({
      host: '127.0.0.1',
      port: box.https,
      path: '/get/packages/agent_1.deb',
      agent,
      headers,
    });
    const [response] = await once(request, 'response');
    return response as import('node:http').IncomingMessage;
  };
  const three = await Promise.all([begun(), begun(), begun()]);
  assert.deepEqual(
    three.map(({ statusCode }) => statusCode),
    [200, 200, 200],
  );
  const refused = await begun();
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '10']);
  for (const response of [...three, refused]) response.destroy();
  await eventually(
    'a place is free',
    async () =>
      (await box.ask('/get/packages/agent-1.zip', { method: 'HEAD' })).status === 200 &&
      (await begunAndLeft(begun)) === 200,
  );
});

test('the interface tells the same lines to whoever is signed in', async (t) => {
  const box = await startWebBox(t, { packagesDir: built(t) });
  assert.equal((await box.ask('/api/v1/install')).status, 401);
  const cookie = await box.signIn();
  const { json } = await box.ask('/api/v1/install', { cookie });
  const { commands, packages } = json as { commands: Record<string, string>; packages: unknown[] };
  assert.equal(commands.linux, commandIn((await page(box)).text));
  assert.match(commands.windows ?? '', /AuthenticateAsClient/);
  assert.equal(packages.length, 3);
});

async function begunAndLeft(begin: () => Promise<import('node:http').IncomingMessage>): Promise<number> {
  const response = await begin();
  response.destroy();
  return response.statusCode ?? 0;
}

/** Whoever does not look at certificates, as a browser whose person clicked the warning away. */
async function fetched(box: WebBox, path: string, headers: Record<string, string>): Promise<string> {
  const request = get({
    host: '127.0.0.1',
    port: box.https,
    path,
    headers,
    rejectUnauthorized: false,
    agent: false,
  });
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}

async function shell(line: string): Promise<{ out: string; err: string }> {
  const child = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  await once(child, 'close');
  return said;
}
