/** What the display tells other processes about its panel, and what they may do to its button. */

/** The picture as the SSD1306 keeps it: 8 pages of 128 column bytes, least significant bit on top. */
export type Frame = { width: 128; height: 64; pages: Uint8Array };

/** One picture on the wire: `bits` is the base64 of the 1024 page bytes, `text` what a reader would read aloud. */
export type FrameMessage = { bits: string; screen: string; text: string[]; signal?: Signal | undefined };

/** The light and the buzzer beside the panel: whether they are on. A buzzer that is on beeps. */
export type Signal = { light: boolean; buzzer: boolean };

export const signalOutputs = ['light', 'buzzer', 'both'] as const;
export type SignalOutput = (typeof signalOutputs)[number];

/** What the page is lent of the button: no hold of ten seconds, neither at once nor by its two edges. */
export const lentKinds = ['press', 'hold', 'double'] as const;
/** Gestures as a person makes them, the two edges of a real button, or its hold of ten seconds. */
export const pressKinds = ['press', 'hold', 'double', 'down', 'up', 'recovery'] as const;
export type PressKind = (typeof pressKinds)[number];

/** Who presses from elsewhere, for the journal: it must not look like a hand at the box. */
export type Presser = { who: string; role: string; from: string };

export const frameWidth = 128;
export const frameHeight = 64;
export const frameBytes = (frameWidth * frameHeight) / 8;
