#!/bin/sh
# Installs the agent from the folder into which its archive was unpacked, on a Linux without dpkg: as root,
#   sh usr/lib/netmonitor/agent/install.sh [--box-hash=HEX] [--token=HEX] [--box=ADDRESS] [--interval=TIME] [--name=NAME]
#   sh usr/lib/netmonitor/agent/install.sh --uninstall [--keep]
# The options are those of `netmonitor-agent configure`.
set -eu
umask 022

french() { case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in fr*) true ;; *) false ;; esac; }
say() { if french; then echo "$2"; else echo "$1"; fi; }

main() {
  from=$(cd "$(dirname "$0")/../../../.." && pwd)
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
    exec "$from/usr/lib/netmonitor/agent/service" uninstall "${2:-}"
    ;;
  esac
  # Of an earlier version: names of pieces change, and what no list names would stay for ever.
  if [ -e /usr/lib/netmonitor/agent/files ]; then
    while read -r file; do rm -f "/$file"; done </usr/lib/netmonitor/agent/files
  fi
  # tar takes the place of files that are in use, which cp would write into.
  (cd "$from" && tar -cf - usr) | (cd / && tar -xof -)
  service=/usr/lib/netmonitor/agent/service
  # Without Node the command to remove it would not run either.
  if ! "$service" node; then
    "$service" uninstall --keep
    exit 1
  fi
  "$service" user
  if [ $# -gt 0 ]; then netmonitor-agent configure --no-restart "$@"; fi
  "$service" start
}

main "$@"
