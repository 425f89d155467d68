import type { BackupError } from './backup.ts';
import { megabytes } from './check-surroundings.ts';
import type { RestoreError } from './restore.ts';

/** What happened and what to do, Vietnamese line and English line. */
export function explain(error: BackupError | RestoreError): string {
  const [vi, en] = lines(error);
  return `${vi}\n${en}`;
}

function lines(error: BackupError | RestoreError): readonly [vi: string, en: string] {
  switch (error.type) {
    case 'no-data':
      return [
        `Không có dữ liệu để sao lưu: thiếu ${error.path}. Đặt DATA_DIR (hoặc DATABASE_URL) như khi chạy trạm.`,
        `There is nothing to back up: ${error.path} is not there. Set DATA_DIR (or DATABASE_URL) as for the relay.`,
      ];
    case 'folder-in-data':
      return [
        `${error.path} nằm trong thư mục dữ liệu ${error.dataDir}. Chọn thư mục khác, tốt nhất là trên ổ đĩa khác.`,
        `${error.path} is inside the data folder ${error.dataDir}. Choose another folder, best on another disk.`,
      ];
    case 'database-damaged':
      return [
        `Cơ sở dữ liệu bị hỏng, không sao lưu được: ${error.path} (${error.message}). Chạy npm run doctor; giữ các bản sao lưu cũ.`,
        `The database is damaged, no backup was made: ${error.path} (${error.message}). Run npm run doctor; keep your older backups.`,
      ];
    case 'no-room': {
      const room = error.needed === undefined ? '' : ` (${megabytes(error.free ?? 0)} / ${megabytes(error.needed)})`;
      return [
        `Không đủ chỗ trống tại ${error.path}${room}. Giải phóng ổ đĩa hoặc chọn thư mục khác.`,
        `Not enough room at ${error.path}${room}. Free space, or choose another folder.`,
      ];
    }
    case 'not-writable':
      return [
        `Không đọc hoặc ghi được ${error.path} (${error.message}). Kiểm tra thư mục và quyền, hoặc chọn thư mục khác.`,
        `${error.path} cannot be read or written (${error.message}). Check the folder and its permissions, or choose another.`,
      ];
    case 'backup-unfinished':
      return [
        `${error.path} không phải bản sao lưu hoàn chỉnh (không có manifest.json). Chọn thư mục của một lần sao lưu khác.`,
        `${error.path} is no finished backup (it has no manifest.json). Choose the folder of another backup.`,
      ];
    case 'manifest-unreadable':
      return [
        `Không đọc được ${error.path}. Chọn bản sao lưu khác.`,
        `${error.path} cannot be understood. Choose another backup.`,
      ];
    case 'backup-changed':
      return [
        `${error.path} không còn như lúc sao lưu (thiếu hoặc đã thay đổi). Chọn bản sao lưu khác.`,
        `${error.path} is not as it was backed up (missing or changed). Choose another backup.`,
      ];
    case 'backup-newer':
      return [
        `Bản sao lưu do phiên bản mới hơn (${error.version}) tạo ra. Cài phiên bản đó rồi khôi phục.`,
        `The backup was made by a newer version (${error.version}). Install that one, then restore.`,
      ];
    case 'relay-running':
      return [
        `Trạm đang chạy trên ${error.path}. Dừng trạm trước, rồi khôi phục.`,
        `A relay is running on ${error.path}. Stop it first, then restore.`,
      ];
    case 'restore-cut-off':
      return [
        `Khôi phục dừng giữa chừng (${error.message}). Dữ liệu cũ còn nguyên tại ${error.aside}. Sửa lỗi rồi chạy lại lệnh này; chưa chạy trạm.`,
        `The restore stopped half way (${error.message}). The old data is safe in ${error.aside}. Mend the cause and run this again; do not start the relay yet.`,
      ];
  }
}

export const POSTGRES = {
  backup: `Dữ liệu ở PostgreSQL (DATABASE_URL): dùng pg_dump, trạm vẫn chạy:
The data is on PostgreSQL (DATABASE_URL): use pg_dump, beside the running relays:

  pg_dump --format=custom --file=lienhe.dump "$DATABASE_URL"`,
  restore: `Dữ liệu ở PostgreSQL (DATABASE_URL). Dừng mọi trạm, khôi phục vào một cơ sở dữ liệu trống, rồi đổi số hiệu nhật ký:
The data is on PostgreSQL (DATABASE_URL). Stop all relays, restore into an empty database, then renew the incarnation:

  pg_restore --no-owner --dbname="$DATABASE_URL" lienhe.dump
  psql "$DATABASE_URL" -c "UPDATE relay_facts SET value = gen_random_uuid() WHERE name = 'incarnation'"`,
} as const;
