import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import { databaseBytes, freeBytes, SIDE_FILES, STAGED_PREFIX } from './files.ts';
import { check, type Check } from './check.ts';

/** Free space below which writing may soon fail, bytes. */
const LEAST_FREE = 256 * 1024 * 1024;

export function checkNode(version = process.versions.node): Check {
  return check(
    'Node',
    'Dùng npm start, lệnh này chạy bản Node kèm theo · Use npm start: it runs the Node it brings',
    (problems) => {
      const [major = 0, minor = 0] = version.split('.').map(Number);
      if (major < 22 || (major === 22 && minor < 18)) problems.add(`${version} < 22.18`);
      return version;
    },
  );
}

/** Values that may be given, but with which people will not get far. */
export function checkConfig({ host, publicUrl }: Config): Check {
  const todo = 'Đặt PUBLIC_URL là địa chỉ https mọi người dùng · Set PUBLIC_URL to the https address people use';
  return check('Cấu hình · Configuration', todo, (problems) => {
    const isLocal = (name: string) => /^(localhost|127\.|\[?::1\]?$)/.test(name);
    if (publicUrl === undefined && !isLocal(host)) problems.add(`HOST=${host}, PUBLIC_URL: –`);
    if (publicUrl?.startsWith('http:') && !isLocal(new URL(publicUrl).hostname)) {
      problems.add(
        `PUBLIC_URL=${publicUrl}: không cài được, không dùng ngoại tuyến được · no installing, no working offline`,
      );
    }
    return publicUrl ?? host;
  });
}

export function checkSpace({ databaseFile }: Config): Check {
  const todo = 'Giải phóng ổ đĩa · Free space on the disk';
  return check('Dung lượng trống · Disk space', todo, (problems) => {
    const free = freeBytes(databaseFile);
    const size = databaseBytes(databaseFile);
    const note = `${megabytes(free)} trống · free, ${megabytes(size)} dữ liệu · data`;
    if (free < Math.max(LEAST_FREE, size)) problems.add(note);
    return note;
  });
}

/** Only the relay's own user may read its data, and that user is the one who asks. */
export function checkModes({ dataDir, databaseFile }: Config): Check {
  const todo = `Chạy bằng đúng người dùng của trạm, rồi · As the relay's user: chmod -R go= ${dataDir}`;
  return check('Quyền của tệp · File modes', todo, (problems) => {
    const secret = join(dataDir, 'secret');
    const database = ['', ...SIDE_FILES].map((end) => databaseFile + end);
    for (const path of [secret, ...database].filter(existsSync)) {
      const { mode, uid } = statSync(path);
      const shows = (mode & 0o077) !== 0 && (path === secret || (statSync(dirname(path)).mode & 0o077) !== 0);
      if (shows) problems.add(`${path}: ${(mode & 0o777).toString(8)}`);
      if (process.getuid && process.getuid() !== uid) problems.add(`${path}: uid ${uid}, ${process.getuid()}`);
      if (!mayWrite(path)) problems.add(`${path}: không ghi được · cannot be written`);
    }
    if (!existsSync(secret)) problems.add(`${secret}: không có · missing (npm start)`);
  });
}

export function checkLeftovers({ dataDir, databaseFile }: Config): Check {
  const todo = 'Chạy lại npm run restore với bản sao lưu đó · Run npm run restore again with that backup';
  return check('Khôi phục dở dang · Unfinished restore', todo, (problems) => {
    for (const folder of new Set([dataDir, dirname(databaseFile)])) {
      for (const name of readdirSync(folder)) if (name.startsWith(STAGED_PREFIX)) problems.add(join(folder, name));
    }
  });
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
