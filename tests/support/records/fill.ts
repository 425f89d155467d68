import type { Json } from '#core/kit/json.ts';
import type { MemoryApp } from '#tests/support/memory-app.ts';

const FAMILIES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Huỳnh', 'Vũ', 'Võ', 'Đặng', 'Bùi'];
const MIDDLES = ['Văn', 'Thị', 'Minh', 'Quốc', 'Ngọc', 'Thị Thanh', 'Hữu', 'Bảo', 'Đức', 'Phương'];
const GIVEN = ['Đạt', 'Hương', 'Khánh', 'Lan', 'Mỹ', 'Phúc', 'Quỳnh', 'Sơn', 'Thảo', 'Tuấn', 'Uyên', 'Vân'];
const COMPANIES = [
  'Công ty TNHH Ánh Dương',
  'Vinamilk',
  'Công ty Cổ phần Đầu tư và Phát triển Hạ tầng Kỹ thuật Miền Bắc',
  'FPT Software',
  'Cửa hàng Hoa Tươi Đà Lạt',
];
const TITLES = ['Kế toán trưởng', 'Giám đốc', 'Nhân viên kinh doanh', 'Trưởng phòng mua hàng'];

/** Made-up people, always the same; gives their ids, newest first. */
export function fillMemoryApp(app: MemoryApp, count: number): string[] {
  const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!;
  const now = Date.now();
  const companies = COMPANIES.map((name, i) => app.port.seed('company', { name }, now - (i + 1) * 86_400_000));
  const ids = Array.from({ length: count }, (_, i) => {
    const values: Record<string, Json> = {
      name: `${pick(FAMILIES, i * 7)} ${pick(MIDDLES, i * 3 + 1)} ${pick(GIVEN, i * 5 + 2)}`,
      phones: [
        { id: '0', value: `+849${String(12_345_678 + i * 1_357).slice(-8)}` },
        ...(i % 4 === 0 ? [{ id: '1', value: '+842438221234', label: 'work' }] : []),
      ],
      departmentId: i % 3 === 0 ? 'd2' : 'd1',
      ...(i % 5 !== 4 && { ownerId: pick(['u1', 'u2', 'u3'], i) }),
      ...(i % 3 !== 2 && { companyId: pick(companies, i) }),
      ...(i % 2 === 0 && { title: pick(TITLES, i), emails: [{ id: '0', value: `lien.he${i}@example.vn` }] }),
      ...(i % 11 === 3 && { doNotCall: true, emailOptOut: true }),
      ...(i % 6 === 0 && {
        description: 'Quan tâm gói dịch vụ năm.\nGọi lại sau 14 giờ, không gọi cuối tuần.',
        rating: 4,
      }),
      createdBy: 'u2',
    };
    return app.port.seed('contact', values, now - i * 3_700_000);
  });
  const [first, second, third] = ids;
  if (first && second && third) {
    app.port.conflict(second, {
      key: 'name',
      field: 'name',
      winner: { value: 'Trần Minh Khánh', at: now - 60_000 },
      losers: [{ value: 'Trần Minh Khanh', at: now - 120_000 }],
    });
    void app.port.run('contact.edit', { id: third, values: { title: 'Giám đốc kinh doanh' } });
    app.setPresence([{ connection: 7, user: 'u2', name: 'Nguyễn Văn Hùng', viewing: [first] }]);
    void app.port.run('contact.delete', { ids: ids.slice(-3) });
  }
  return ids;
}
