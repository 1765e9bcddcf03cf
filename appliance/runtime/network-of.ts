/** Whose an address is, for limits that must not be outrun with ever new addresses. */
import { isIPv6 } from 'node:net';

/**
 * IPv4 stands for itself. Of IPv6 it is the /64, of which one machine may take as many addresses as it likes; link-local
 * addresses are one network, since any neighbour may choose any of them.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [plain = ''] = address.split('%');
  if (/^fe[89ab]/i.test(plain)) return 'fe80::/10';
  const [head = '', tail] = plain.split('::');
  const parts = (text: string) => (text === '' ? [] : text.split(':'));
  const [front, back] = [parts(head), parts(tail ?? '')];
  const zeros = new Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  const whole = [...front, ...zeros, ...back].slice(0, 4);
  return `${whole.map((part) => part.toLowerCase().replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
