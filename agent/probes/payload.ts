/** Bytes that people type: as they are, or as hexadecimal digits behind `hex:`. */
export function bytesOf(text: string): Buffer {
  return /^hex:/i.test(text) ? Buffer.from(text.slice(4), 'hex') : Buffer.from(text, 'utf8');
}
