#!/bin/sh
# Installs the agent from the folder into which its archive was unpacked, on macOS:
#   sudo sh netmonitor-agent/install.sh [--box-hash=HEX] [--token=HEX] [--box=ADDRESS] [--interval=TIME] [--name=NAME]
#   sudo sh netmonitor-agent/install.sh --uninstall [--keep]
# The options are those of `netmonitor-agent configure`.
set -eu
umask 022
lib=/usr/local/lib/netmonitor

french() { case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in fr*) true ;; *) false ;; esac; }
say() { if french; then echo "$2"; else echo "$1"; fi; }

main() {
  from=$(cd "$(dirname "$0")" && pwd)
  if [ "${1:-}" = --help ]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0"
    exit 0
  fi
  if [ "$(id -u)" -ne 0 ]; then
    say 'This needs root: put sudo before it.' 'Il faut être root : mettez sudo devant.' >&2
    exit 77
  fi
  case "${1:-}" in
  --uninstall)
    exec sh "$from/agent/service" uninstall "${2:-}"
    ;;
  esac
  mkdir -p "$lib" /usr/local/bin
  # A running program is replaced, not written into.
  rm -rf "$lib/agent" "$lib/node"
  cp -R "$from/agent" "$from/node" "$from/LICENSE" "$from/node-LICENSE" "$lib/"
  chown -R root:wheel "$lib"
  install -m 0755 -o root -g wheel "$from/netmonitor-agent" /usr/local/bin/netmonitor-agent
  install -m 0644 -o root -g wheel "$from/net.netmonitor.agent.plist" /Library/LaunchDaemons/net.netmonitor.agent.plist
  install -m 0644 -o root -g wheel "$from/net.netmonitor.notice.plist" /Library/LaunchAgents/net.netmonitor.notice.plist
  "$lib/agent/service" user
  if [ $# -gt 0 ]; then /usr/local/bin/netmonitor-agent configure --no-restart "$@"; fi
  "$lib/agent/service" start
}

main "$@"
