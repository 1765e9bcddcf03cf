/** Attacks at the agents' door, on the network, on agents, and on what the box's daemons share. A new one: one file, one line here. */
import type { Attack } from '../attack.ts';
import { anotherMachine } from './another-machine.ts';
import { backdated } from './backdated.ts';
import { cardinalityBomb } from './cardinality-bomb.ts';
import { copiedKey } from './copied-key.ts';
import { crowdedRoom } from './crowded-room.ts';
import { eagerBox } from './eager-box.ts';
import { falseTime, twoLiars } from './false-time.ts';
import { foreignFiles } from './foreign-files.ts';
import { foreignPackage } from './foreign-package.ts';
import { foreignSockets } from './foreign-sockets.ts';
import { giantFrame } from './giant-frame.ts';
import { guessToken } from './guess-token.ts';
import { handshakeBurst } from './handshake-burst.ts';
import { hastyDigits } from './hasty-digits.ts';
import { hostileNames } from './hostile-names.ts';
import { hurriedDraws } from './hurried-draws.ts';
import { malformedFrames } from './malformed-frames.ts';
import { manInTheMiddle } from './man-in-the-middle.ts';
import { mdnsFlood, mdnsFromOutside } from './mdns-flood.ts';
import { messageFlood } from './message-flood.ts';
import { otherHandshakes } from './other-handshakes.ts';
import { probesByWire } from './probe-abuse.ts';
import { refusedThrice } from './refused-thrice.ts';
import { removedMachine } from './removed-machine.ts';
import { replayed } from './replayed.ts';
import { filesByWire, ordersByWire, staleOrders, stolenBoxOrders } from './reserved-words.ts';
import { rogueBox } from './rogue-box.ts';
import { secondNonce } from './second-nonce.ts';
import { stalledHandshakes } from './stalled-handshakes.ts';
import { strangerFlood } from './stranger-flood.ts';
import { unpairedSamples } from './unpaired-samples.ts';

export const doorAttacks = {
  'rogue-box': rogueBox,
  'eager-box': eagerBox,
  'mdns-flood': mdnsFlood,
  'mdns-from-outside': mdnsFromOutside,
  'man-in-the-middle': manInTheMiddle,
  'second-nonce': secondNonce,
  'hurried-draws': hurriedDraws,
  'guess-enrolment': guessToken,
  'hasty-digits': hastyDigits,
  'refused-thrice': refusedThrice,
  'crowded-room': crowdedRoom,
  replayed,
  'unpaired-samples': unpairedSamples,
  'other-handshakes': otherHandshakes,
  'another-machine': anotherMachine,
  backdated,
  'copied-key': copiedKey,
  'removed-machine': removedMachine,
  'cardinality-bomb': cardinalityBomb,
  'malformed-frames': malformedFrames,
  'giant-frame': giantFrame,
  'stranger-flood': strangerFlood,
  'handshake-burst': handshakeBurst,
  'stalled-handshakes': stalledHandshakes,
  'message-flood': messageFlood,
  'hostile-names': hostileNames,
  'stale-orders': staleOrders,
  'files-by-wire': filesByWire,
  'orders-by-wire': ordersByWire,
  'orders-of-a-stolen-box': stolenBoxOrders,
  'foreign-sockets': foreignSockets,
  'foreign-files': foreignFiles,
  'foreign-package': foreignPackage,
  'probes-by-wire': probesByWire,
  'false-time': falseTime,
  'two-liars': twoLiars,
} as const satisfies Record<string, Attack>;
