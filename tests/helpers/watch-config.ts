/** The watch's configuration as it is without a file, with nothing of this machine's disk. */
import type { Config } from '../../appliance/runtime/config.ts';
import { watchConfig } from '../../appliance/watch/config.ts';

type WatchConfig = Config<typeof watchConfig>;

export function watchConfigOf(more: Partial<WatchConfig> = {}): WatchConfig {
  const usual = Object.fromEntries(
    Object.entries(watchConfig).map(([key, { default: value }]) => [key, value]),
  );
  return { ...(usual as WatchConfig), vendors_file: '/nowhere', look_interval: 500, ...more };
}
