// Loaded into pm2's process before pm2: asks it to stop everything when the launcher has gone, however it went.
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
