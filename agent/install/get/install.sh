#!/bin/sh
# Installs the NetMonitor agent on this Linux machine or Mac, from the box that served this script. It needs curl and root.
#   … | sudo sh -s -- [--box-hash=HEX] [--token=HEX] [--box=ADDRESS] [--interval=TIME] [--name=NAME]
#   { echo netmonitor_token=HEX; …; } | sudo sh -s -- [--box-hash=HEX] …
# The options are those of `netmonitor-agent configure`. Besides: --package=tar (on a Debian, not the .deb).
# As a line before this script the token stands in no list of processes and not in the log of sudo.
# The box has put in here where it is, the key that it shows there, and the hash of each package.
set -eu
umask 022

url='@URL@'
pin='@PIN@'
seen='@SEEN@'
packages='
@PACKAGES@
'

french() { case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in fr*) true ;; *) false ;; esac; }
say() { if french; then echo "$2"; else echo "$1"; fi; }
fail() {
  say "$1" "$2" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# The certificate is the box's own, so nobody vouches for it: the key alone counts, and it must be the one above.
fetch() {
  curl -fsS --insecure --pinnedpubkey "$pin" --noproxy '*' --retry 20 --retry-max-time 900 -o "$2" "$url/get/packages/$1" ||
    fail "The package could not be fetched from the box, or the box showed another key." \
      "Le paquet n’a pas pu être téléchargé, ou le boîtier a montré une autre clé."
  if has sha256sum; then sum=$(sha256sum "$2"); else sum=$(shasum -a 256 "$2"); fi
  [ "${sum%% *}" = "$3" ] || fail "The package is not the one that the box promised." "Le paquet n’est pas celui que le boîtier annonce."
}

# system arch kind: the line "system arch kind file hash" of that package
find_package() { echo "$packages" | grep "^$1 $2 $3 " || true; }

system_of() {
  case "$(uname -s)" in
  Linux) echo linux ;;
  Darwin) echo macos ;;
  esac
}
# Some systems have a dpkg that manages nothing of theirs.
is_debian() { has dpkg && dpkg -s dpkg >/dev/null 2>&1; }
# Of the programs, not of the kernel: a Raspberry Pi may run 32-bit programs on a 64-bit kernel.
machine() { if is_debian; then dpkg --print-architecture; else uname -m; fi; }
arch_of() {
  case "$(machine)" in
  x86_64 | amd64) echo x64 ;;
  aarch64 | arm64) echo arm64 ;;
  esac
}

install_deb() {
  service=/usr/lib/netmonitor/agent/service
  dpkg --unpack "$1"
  shift
  "$service" user
  if [ $# -gt 0 ]; then netmonitor-agent configure --no-restart "$@"; fi
  dpkg --configure netmonitor-agent ||
    fail 'The agent is unpacked, but dpkg could not set it up. If something is missing: apt-get --fix-broken install' \
      'L’agent est dépaqueté, mais dpkg n’a pas pu le configurer. S’il manque quelque chose : apt-get --fix-broken install'
}

install_archive() {
  mkdir "$work/unpacked"
  case "$1" in
  *.tar.xz) if has xz; then xz -dc "$1"; else busybox xz -dc "$1"; fi | tar -xf - -C "$work/unpacked" ;;
  *) tar -xzf "$1" -C "$work/unpacked" ;;
  esac
  shift
  for script in "$work"/unpacked/usr/lib/netmonitor/agent/install.sh "$work"/unpacked/netmonitor-agent/install.sh; do
    if [ -e "$script" ]; then sh "$script" "$@"; fi
  done
}

usage='… | sudo sh -s -- [--box-hash=HEX] [--token=HEX] [--box=ADDRESS] [--interval=TIME] [--name=NAME] [--set=KEY=VALUE] [--package=tar]'

main() {
  # Before anything is installed: half an installation would be the answer to a slip of the keyboard.
  for option in "$@"; do
    case "$option" in
    --help)
      echo "$usage"
      exit 0
      ;;
    --box-hash=* | --token=* | --token-file=* | --box=* | --interval=* | --name=* | --set=* | --package=tar | --package=deb) ;;
    *) fail "There is no option $option: $usage" "Il n’y a pas d’option $option : $usage" ;;
    esac
  done
  [ "$(id -u)" -eq 0 ] || fail 'This needs root: put sudo before sh.' 'Il faut être root : mettez sudo devant sh.'
  wanted=
  token=${netmonitor_token:-}
  # Options of ours are taken out; all others stay in their places, whatever they contain.
  for option in "$@"; do
    shift
    case "$option" in
    --package=*) wanted=${option#--package=} ;;
    --token=*) token=${option#--token=} ;;
    *) set -- "$@" "$option" ;;
    esac
  done
  # What finds the box where nothing but this address does, as behind a router; trust comes of the key alone.
  set -- "--set=box_seen=$seen" "$@"
  system=$(system_of)
  arch=$(arch_of)
  found=
  if [ "$system" = linux ] && [ "$wanted" != tar ] && is_debian; then found=$(find_package linux "$arch" deb); fi
  if [ -z "$found" ] && [ "$system" = linux ]; then found=$(find_package linux "$arch" tar.xz); fi
  if [ "$system" = macos ]; then found=$(find_package macos "$arch" tar.gz); fi
  [ -n "$found" ] || fail "The box has no agent for this system: $(uname -s) $(machine)." \
    "Le boîtier n’a pas d’agent pour ce système : $(uname -s) $(machine)."

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' INT TERM HUP
  if [ -n "$token" ]; then
    (umask 077 && printf '%s\n' "$token" >"$work/token")
    set -- "$@" "--token-file=$work/token"
  fi
  rest=${found#* * * }
  file=${rest%% *}
  say "Fetching $file from the box …" "Téléchargement de $file depuis le boîtier…"
  fetch "$file" "$work/$file" "${rest##* }"
  case "$file" in
  *.deb) install_deb "$work/$file" "$@" ;;
  *) install_archive "$work/$file" "$@" ;;
  esac
  say 'Installed. As root, how it is: netmonitor-agent status; away with it: netmonitor-agent uninstall' \
    'Installé. Comme root, son état : netmonitor-agent status ; pour l’enlever : netmonitor-agent uninstall'
}

# Called in the last line: of a script that came only in part nothing runs.
main "$@"
