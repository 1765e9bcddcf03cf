/** Everything that can be set for web: key, default, check and one sentence. */
import { filePath, port, text } from '../runtime/config.ts';

export const webConfig = {
  https_port: { type: port(), default: 443, about: 'Port of the page and the REST interface.' },
  http_port: { type: port(), default: 80, about: 'Port that only sends browsers on to https.' },
  listen: { type: text(), default: '::', about: 'Address to listen on; "::" means all, IPv4 too.' },
  assets_dir: {
    type: filePath(),
    default: '/usr/share/netmonitor/page',
    about: 'Folder with the built page.',
  },
  packages_dir: {
    type: filePath(),
    default: '/usr/share/netmonitor/agents',
    about: 'Folder with the packages of the agent, which /get serves.',
  },
  extra_names: {
    type: text(),
    default: '',
    about: 'Further host names under which browsers may ask for the page, separated by commas.',
  },
  security_contact: {
    type: text(),
    default: '',
    about: 'Whom to tell about a weakness, for /.well-known/security.txt: a https: or mailto: address.',
  },
} as const;
