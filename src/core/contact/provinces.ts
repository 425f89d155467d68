import { fold } from './fold.ts';

/**
 * The 34 provinces and cities of Việt Nam since 1 July 2025 (Nghị quyết 202/2025/QH15), with the codes of Quyết định
 * 19/2025/QĐ-TTg, north to south, and the names of those that were merged into each.
 */
export interface Province {
  /** Two digits; what an address holds. */
  readonly code: string;
  readonly name: string;
  readonly merged: readonly string[];
}

const province = (code: string, name: string, ...merged: string[]): Province => ({ code, name, merged });

export const PROVINCES: readonly Province[] = [
  province('01', 'Hà Nội'),
  province('04', 'Cao Bằng'),
  province('08', 'Tuyên Quang', 'Hà Giang'),
  province('11', 'Điện Biên'),
  province('12', 'Lai Châu'),
  province('14', 'Sơn La'),
  province('15', 'Lào Cai', 'Yên Bái'),
  province('19', 'Thái Nguyên', 'Bắc Kạn'),
  province('20', 'Lạng Sơn'),
  province('22', 'Quảng Ninh'),
  province('24', 'Bắc Ninh', 'Bắc Giang'),
  province('25', 'Phú Thọ', 'Vĩnh Phúc', 'Hòa Bình'),
  province('31', 'Hải Phòng', 'Hải Dương'),
  province('33', 'Hưng Yên', 'Thái Bình'),
  province('37', 'Ninh Bình', 'Hà Nam', 'Nam Định'),
  province('38', 'Thanh Hóa'),
  province('40', 'Nghệ An'),
  province('42', 'Hà Tĩnh'),
  province('44', 'Quảng Trị', 'Quảng Bình'),
  province('46', 'Huế', 'Thừa Thiên Huế'),
  province('48', 'Đà Nẵng', 'Quảng Nam'),
  province('51', 'Quảng Ngãi', 'Kon Tum'),
  province('52', 'Gia Lai', 'Bình Định'),
  province('56', 'Khánh Hòa', 'Ninh Thuận'),
  province('66', 'Đắk Lắk', 'Phú Yên'),
  province('68', 'Lâm Đồng', 'Đắk Nông', 'Bình Thuận'),
  province('75', 'Đồng Nai', 'Bình Phước'),
  province('79', 'Hồ Chí Minh', 'Bà Rịa - Vũng Tàu', 'Bình Dương', 'Sài Gòn', 'TPHCM', 'HCM'),
  province('80', 'Tây Ninh', 'Long An'),
  province('82', 'Đồng Tháp', 'Tiền Giang'),
  province('86', 'Vĩnh Long', 'Bến Tre', 'Trà Vinh'),
  province('91', 'An Giang', 'Kiên Giang'),
  province('92', 'Cần Thơ', 'Sóc Trăng', 'Hậu Giang'),
  province('96', 'Cà Mau', 'Bạc Liêu'),
];

const byCode = new Map(PROVINCES.map((one) => [one.code, one]));
export const provinceByCode = (code: string): Province | undefined => byCode.get(code);

const byName = new Map(PROVINCES.flatMap((one) => [one.name, ...one.merged].map((name) => [key(name), one] as const)));

/** The province of a name, old or new, with or without "Tỉnh" and "Thành phố". */
export function provinceByName(text: string): Province | undefined {
  const plain = key(text);
  return byName.get(plain) ?? byName.get(plain.replace(/^(?:tinh|thanh pho|tp)/, ''));
}

/** The province an address in one line ends with: the last part after a comma or dash that names one. */
export function provinceOfAddress(text: string): Province | undefined {
  const parts = text.split(/\s*[,;\n]\s*|\s+[-–]\s+/u).reverse();
  for (const part of parts.slice(0, 2)) {
    const found = provinceByName(part);
    if (found) return found;
  }
  return undefined;
}

function key(name: string): string {
  return fold(name).replace(/[^a-z]/g, '');
}
