// `npm run backup`, `npm run restore`, `npm run doctor`, `npm run compact`: what they print and how they end.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { readConfig, type Config } from '../config.ts';
import { DatabaseInUse } from '../store/sqlite-lock.ts';
import { backUp } from './backup.ts';
import { messageOf } from './check.ts';
import { compact } from './compact.ts';
import { examine } from './doctor.ts';
import { explain, POSTGRES } from './messages.ts';
import { megabytes } from './check-surroundings.ts';
import { restore } from './restore.ts';

const commands = { backup: runBackup, restore: runRestore, doctor: runDoctor, compact: runCompact };
const [command = '', argument] = process.argv.slice(2);
process.exitCode = await main();

async function main(): Promise<number> {
  if (!isCommand(command)) return fail('backup [FOLDER] | restore FOLDER | doctor | compact');
  const config = readConfig(process.env);
  if (!config.ok) return fail(config.error.problems.join('\n'));
  if (config.value.databaseUrl !== undefined && (command === 'backup' || command === 'restore')) {
    return fail(POSTGRES[command]);
  }
  return commands[command](config.value);
}

function isCommand(name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name);
}

async function runBackup(config: Config): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const folder = resolve(argument ?? `${config.dataDir}-backups`);
  console.log(`Đang sao lưu ${config.dataDir} · Backing up ${config.dataDir}…`);
  const made = await backUp({ config, folder, version, now: Date.now() });
  if (!made.ok) return fail(explain(made.error));
  const { files, workspaces } = made.value.manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const { path, bytes: size } of files) console.log(`  ${path}  ${megabytes(size)}`);
  for (const { id, seq } of workspaces) console.log(`  không gian làm việc · workspace ${id}: seq ${seq}`);
  console.log(`Đã sao lưu và kiểm tra ${megabytes(bytes)} · Backed up and checked ${megabytes(bytes)}:`);
  console.log(made.value.folder);
  return 0;
}

async function runRestore(config: Config): Promise<number> {
  if (argument === undefined) {
    return fail('Cho biết thư mục của bản sao lưu · Name the folder of the backup: npm run restore -- FOLDER/<time>');
  }
  const done = await restore({ config, from: resolve(argument), now: Date.now() });
  if (!done.ok) return fail(explain(done.error));
  const { manifest, aside, erased } = done.value;
  console.log(`Đã khôi phục bản sao lưu lúc ${manifest.createdAt} · Restored the backup of ${manifest.createdAt}.`);
  if (aside) {
    const where = `${basename(aside)} (${dirname(aside)})`;
    console.log(`Dữ liệu trước đó còn ở ${where} · The data that was there is in ${where}.`);
  }
  if (erased === undefined) {
    console.log('Không đọc được danh sách bản ghi đã xóa vĩnh viễn: hãy xóa lại những gì đã xóa sau lần sao lưu đó.');
    console.log('The list of erased records could not be read: erase again what was erased after that backup.');
  } else if (erased > 0) {
    console.log(`Đã xóa lại ${erased} bản ghi từng bị xóa vĩnh viễn · Erased ${erased} records again.`);
  }
  console.log('Hãy chạy lại trạm: các máy sẽ tự gửi lại những gì bản sao lưu còn thiếu.');
  console.log('Start the relay again: the devices send again by themselves what the backup lacks.');
  return 0;
}

async function runDoctor(config: Config): Promise<number> {
  const { databaseUrl, dataDir } = config;
  console.log(`${databaseUrl === undefined ? dataDir : withoutPassword(databaseUrl)}\n`);
  const checks = await examine(config);
  for (const { name, note, problems, todo } of checks) {
    console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}${note ? `: ${note}` : ''}`);
    for (const problem of problems) console.log(`    ${problem}`);
    if (problems.length > 0) console.log(`    → ${todo}`);
  }
  const bad = checks.filter(({ problems }) => problems.length > 0).length;
  console.log(bad === 0 ? '\nMọi thứ đều ổn · All is well.' : `\n${bad} mục có vấn đề · ${bad} with problems.`);
  return bad === 0 ? 0 : 1;
}

function withoutPassword(databaseUrl: string): string {
  const url = URL.parse(databaseUrl);
  return url ? `${url.protocol}//${url.host}${url.pathname}` : 'PostgreSQL';
}

async function runCompact(config: Config): Promise<number> {
  if (config.databaseUrl === undefined && !existsSync(config.databaseFile)) {
    return fail(`Không có cơ sở dữ liệu · There is no database: ${config.databaseFile}`);
  }
  try {
    const { removed, size } = await compact(config, Date.now());
    console.log(`Đã bỏ ${removed} mục nhật ký cũ · Forgot ${removed} old log entries.`);
    if (size) console.log(`${megabytes(size.before)} → ${megabytes(size.after)}`);
    return 0;
  } catch (error) {
    if (error instanceof DatabaseInUse) {
      return fail(
        'Trạm đang chạy và tự dọn nhật ký mỗi giờ. Dừng trạm nếu muốn trả lại chỗ trống trên đĩa.\n' +
          'The relay is running and compacts its log by itself every hour. Stop it to give disk space back.',
      );
    }
    return fail(`Không dọn được nhật ký · The log could not be compacted: ${messageOf(error)}`);
  }
}

function fail(message: string): number {
  console.error(message);
  return 1;
}
