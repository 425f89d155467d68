// `npm run proxies`: three relays on one PostgreSQL behind nginx and behind Caddy, with the files of docs/deploy as they
// are; `npm run proxies -- nginx` for one of them. Linux and root only: a network, mounts and processes of its own let it use
// the names, ports and addresses of those files, and leave nothing behind.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, ensurePostgres, pinnedNode, root, run, say } from './setup.js';

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const missing = ['unshare', 'mount', 'ip'].filter((program) => !has(program));
if (process.platform !== 'linux' || process.getuid() !== 0 || missing.length > 0) {
  say(`Bỏ qua: cần Linux và quyền root · Skipped: this needs Linux and root. ${missing.join(', ')}`);
  process.exit(0);
}
const wanted = process.argv[2];
const proxies = ['nginx', 'caddy']
  .filter((proxy) => !wanted || proxy === wanted)
  .filter((proxy) => {
    if (!has(proxy))
      say(`Bỏ qua ${proxy}: chưa cài · Skipped ${proxy}: it is not installed (apt-get install ${proxy}).`);
    return has(proxy);
  });
ensureInstalled();
ensureBuilt();
ensurePostgres();

const folder = mkdtempSync(join(tmpdir(), 'lienhe-proxies-'));
chmodSync(folder, 0o755);
const app = join(folder, 'app');
mkdirSync(app);
const names = ['localhost postgres lienhe.example.vn', 'relay-1', 'relay-2', 'relay-3'];
writeFileSync(join(folder, 'hosts'), names.map((name, i) => `127.0.0.${i + 1} ${name}\n`).join(''));
// the project read-only, as the compose file mounts it
const inside = `set -e
ip link set lo up
mount --bind "$1/hosts" /etc/hosts
mount --bind "$2" "$1/app"
mount -o remount,ro,bind "$1/app"
shift 2
exec "$@"`;
try {
  for (const proxy of proxies) {
    const main = [pinnedNode(), join(root, 'tests', 'deploy', 'proxies.ts'), proxy, app];
    const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    run('unshare', [...own, 'sh', '-c', inside, 'sh', folder, root, ...main], `proxies ${proxy}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
