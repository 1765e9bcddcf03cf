/** Each kind of probe and its options, declared once: checks, forms and the help of commands come from here. */

export type ProbeText = { en: string; fr: string };
type Declared<T extends string, V> = { type: T; about: ProbeText; default?: V };

export type ProbeOption =
  | Declared<'host' | 'url', string>
  /** What is secret is shown only to who may change it. */
  | (Declared<'text', string> & { max: number; pattern?: RegExp; secret?: true })
  | (Declared<'choice', string> & { choices: readonly string[] })
  | (Declared<'number', number> & { min: number; max: number })
  | Declared<'flag', boolean>;

const timeoutMs = {
  type: 'number',
  default: 5_000,
  min: 100,
  max: 30_000,
  about: {
    en: 'after how many milliseconds it has failed',
    fr: 'après combien de millisecondes c’est un échec',
  },
} as const satisfies ProbeOption;

const host = {
  type: 'host',
  about: { en: 'name or address of the device', fr: 'nom ou adresse de l’appareil' },
} as const satisfies ProbeOption;

const port = <const D extends number>(usual: D) =>
  ({
    type: 'number',
    default: usual,
    min: 1,
    max: 65_535,
    about: { en: 'port', fr: 'port' },
  }) as const satisfies ProbeOption;

const anyPort = {
  type: 'number',
  min: 1,
  max: 65_535,
  about: { en: 'port', fr: 'port' },
} as const satisfies ProbeOption;

/** `hex:` and pairs of digits stand for bytes, anything else for itself. */
const payload = /^(?!hex:)|^hex:([0-9a-f]{2})*$/i;

const web = {
  timeoutMs,
  url: { type: 'url', about: { en: 'address of the page', fr: 'adresse de la page' } },
  status: {
    type: 'text',
    max: 64,
    pattern: /^[1-5]\d\d(-[1-5]\d\d)?(,[1-5]\d\d(-[1-5]\d\d)?)*$/,
    default: '200-399',
    about: { en: 'statuses that are good, as in 200-299,401', fr: 'statuts admis, comme 200-299,401' },
  },
  keyword: {
    type: 'text',
    max: 256,
    default: '',
    about: { en: 'text that the page must hold', fr: 'texte que la page doit contenir' },
  },
  absent: {
    type: 'text',
    max: 256,
    default: '',
    about: { en: 'text that the page must not hold', fr: 'texte que la page ne doit pas contenir' },
  },
  redirects: {
    type: 'number',
    default: 0,
    min: 0,
    max: 5,
    about: { en: 'how many redirects are followed', fr: 'combien de redirections sont suivies' },
  },
} as const satisfies Record<string, ProbeOption>;

export const probeKinds = {
  icmp: {
    about: { en: 'Does the device answer pings?', fr: 'L’appareil répond-il aux pings ?' },
    options: {
      host,
      timeoutMs: { ...timeoutMs, default: 3_000 },
      count: {
        type: 'number',
        default: 20,
        min: 1,
        max: 100,
        about: {
          en: 'over how many pings loss and jitter are told',
          fr: 'sur combien de pings pertes et gigue sont données',
        },
      },
    },
  },
  http: { about: { en: 'Does a web page answer?', fr: 'Une page web répond-elle ?' }, options: web },
  https: {
    about: {
      en: 'Does a web page answer, and until when is its certificate good?',
      fr: 'Une page web répond-elle, et jusqu’à quand son certificat vaut-il ?',
    },
    options: {
      ...web,
      certificate: {
        type: 'choice',
        choices: ['name', 'trusted', 'any'],
        default: 'name',
        about: {
          en: 'what is wanted of the certificate: the right name and dates, also a known authority, or nothing',
          fr: 'ce qui est exigé du certificat : nom et dates, aussi une autorité connue, ou rien',
        },
      },
    },
  },
  tcp: {
    about: { en: 'Does a service take connections?', fr: 'Un service accepte-t-il les connexions ?' },
    options: {
      host,
      port: anyPort,
      banner: {
        type: 'text',
        max: 256,
        default: '',
        about: { en: 'text that it must greet with', fr: 'texte par lequel il doit saluer' },
      },
      timeoutMs,
    },
  },
  udp: {
    about: { en: 'Does a service answer a datagram?', fr: 'Un service répond-il à un datagramme ?' },
    options: {
      host,
      port: anyPort,
      payload: {
        type: 'text',
        max: 1_024,
        pattern: payload,
        default: '',
        about: { en: 'what is sent; hex:0a0b for bytes', fr: 'ce qui est envoyé ; hex:0a0b pour des octets' },
      },
      expect: {
        type: 'text',
        max: 256,
        pattern: payload,
        default: '',
        about: { en: 'what the answer must hold', fr: 'ce que la réponse doit contenir' },
      },
      timeoutMs: { ...timeoutMs, default: 2_000 },
    },
  },
  dns: {
    about: { en: 'Does a name server know a name?', fr: 'Un serveur de noms connaît-il un nom ?' },
    options: {
      host: { ...host, about: { en: 'name server', fr: 'serveur de noms' } },
      port: port(53),
      name: { type: 'host', about: { en: 'name that is asked for', fr: 'nom demandé' } },
      record: {
        type: 'choice',
        choices: ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'],
        default: 'A',
        about: { en: 'kind of record', fr: 'type d’enregistrement' },
      },
      expect: {
        type: 'text',
        max: 256,
        default: '',
        about: { en: 'answer that must be among them', fr: 'réponse qui doit y figurer' },
      },
      transport: {
        type: 'choice',
        choices: ['udp', 'tcp'],
        default: 'udp',
        about: { en: 'how it is asked', fr: 'comment il est interrogé' },
      },
      timeoutMs: { ...timeoutMs, default: 3_000 },
    },
  },
  ntp: {
    about: { en: 'Does a time server tell the time?', fr: 'Un serveur de temps donne-t-il l’heure ?' },
    options: { host, port: port(123), timeoutMs: { ...timeoutMs, default: 3_000 } },
  },
  snmp: {
    about: {
      en: 'Does a device answer SNMP v2c: its uptime and its interfaces.',
      fr: 'Un appareil répond-il en SNMP v2c : sa durée de marche et ses interfaces.',
    },
    options: {
      host,
      port: port(161),
      community: {
        type: 'text',
        max: 64,
        secret: true,
        default: 'public',
        about: {
          en: 'community, which is no secret on the network',
          fr: 'communauté, qui n’est pas secrète',
        },
      },
      interfaces: {
        type: 'number',
        default: 0,
        min: 0,
        max: 32,
        about: { en: 'how many interfaces are measured', fr: 'combien d’interfaces sont mesurées' },
      },
      timeoutMs,
    },
  },
} as const satisfies Record<string, { about: ProbeText; options: Record<string, ProbeOption> }>;

export type ProbeKind = keyof typeof probeKinds;
