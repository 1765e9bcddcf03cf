/** Which file systems of /proc/self/mountinfo hold somebody's data, each once. */

export type Mount = { point: string; type: string; source: string; device: string; root: string };

const LINE =
  /^\d+ \d+ (?<device>\d+:\d+) (?<root>\S+) (?<point>\S+) \S+ (?:\S+ )*?- (?<type>\S+) (?<source>\S+) \S+$/;

/** proc(5): space, tab, newline and backslash are written as three octal digits. */
function withoutEscapes(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Mount points are bytes; they are UTF-8 on any machine we know of, and were read as Latin-1. */
function decode(text: string): string {
  return Buffer.from(withoutEscapes(text), 'latin1').toString('utf8');
}

export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const fields = LINE.exec(line)?.groups;
    if (fields === undefined) continue;
    mounts.push({
      point: decode(fields.point!),
      type: fields.type!,
      source: decode(fields.source!),
      device: fields.device!,
      root: decode(fields.root!),
    });
  }
  return mounts;
}

/** File systems that live in memory or in the kernel, and images that are full by design. */
const PSEUDO = new Set(
  `autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devfs devpts devtmpfs efivarfs erofs fusectl hugetlbfs
  iso9660 mqueue nsfs overlay proc pstore ramfs rpc_pipefs securityfs selinuxfs squashfs sysfs tmpfs tracefs`.split(
    /\s+/,
  ),
);

function isPseudo(mount: Mount): boolean {
  // A container's or a live system's root is an overlay, a diskless machine's a tmpfs: there it is what fills up.
  if (mount.point === '/') return false;
  if (PSEUDO.has(mount.type)) return true;
  // Desktop portals, lxcfs, gvfs: FUSE views of things that have no size. A disk behind FUSE is "fuseblk".
  if (mount.type.startsWith('fuse.'))
    return !/^fuse\.(sshfs|glusterfs|mergerfs|rclone|s3fs|ceph)/.test(mount.type);
  // Files that a container runtime binds into its containers.
  return /^\/etc\/(hosts|hostname|resolv\.conf)$/.test(mount.point);
}

/** File systems of the kernel whose statfs(2) reads counters in memory and waits for no disk. */
export function answersAtOnce(mount: Mount): boolean {
  return /^(ext[234]|xfs|f2fs|overlay|tmpfs)$/.test(mount.type);
}

/** File systems behind a network or a foreign process: only these can keep statfs(2) waiting for ever. */
export function mayHang(mount: Mount): boolean {
  return /^(nfs|cifs|smb|9p|ceph|afs|lustre|fuse|virtiofs|davfs|ncpfs|glusterfs)/.test(mount.type);
}

/**
 * The mounts to measure, at most one a file system: bind mounts, subvolumes and a hardened unit's read-only views show
 * the same blocks again. The mount of the whole file system wins over a part of it, then the shortest path.
 */
export function realMounts(mounts: readonly Mount[]): Mount[] {
  const best = new Map<string, Mount>();
  for (const mount of mounts) {
    if (isPseudo(mount)) continue;
    const key =
      mount.source.startsWith('/dev/') && mount.source !== '/dev/root' ? mount.source : mount.device;
    const other = best.get(key);
    if (other === undefined || rank(mount) < rank(other)) best.set(key, mount);
  }
  const byPoint = new Map<string, Mount>();
  for (const mount of best.values()) byPoint.set(mount.point, mount);
  return [...byPoint.values()];
}

function rank(mount: Mount): number {
  if (mount.point === '/') return -1;
  return (mount.root === '/' ? 0 : 10_000) + mount.point.length;
}
