// Loaded into pm2's process before pm2: asks it to stop everything when the launcher has gone, however it went.
const stop = () => process.kill(process.pid, 'SIGTERM');
process.stdin.on('end', stop);
process.stdin.on('error', stop);
process.stdin.resume();
// Its words have nobody left to read them then; the first one that fails must not end pm2 in the midst of stopping.
for (const words of [process.stdout, process.stderr]) words.on('error', () => undefined);
