/** The outer archive of a Debian package (ar(5), deb(5)). */

export type ArMember = { name: string; content: Uint8Array };

export function writeAr(members: readonly ArMember[], mtimeS: number): Uint8Array[] {
  const parts: Uint8Array[] = [Buffer.from('!<arch>\n', 'latin1')];
  for (const { name, content } of members) {
    if (name.length > 16) throw new RangeError(`${name} is too long for an ar archive`);
    const fields = [name.padEnd(16), String(mtimeS).padEnd(12), '0     ', '0     ', '100644  '];
    parts.push(Buffer.from(`${fields.join('')}${String(content.length).padEnd(10)}\`\n`, 'latin1'), content);
    if (content.length % 2 === 1) parts.push(Buffer.from('\n', 'latin1'));
  }
  return parts;
}
