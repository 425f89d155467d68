import { defineTexts } from '../locale.svelte.ts';

/** Texts of values and editors of single fields. */
export const fieldText = defineTexts({
  oldValue: { vi: 'Chưa chuyển được', en: 'Not converted' },
  addressStreet: { vi: 'Số nhà, đường', en: 'Number and street' },
  addressWard: { vi: 'Phường/xã', en: 'Ward' },
  addressProvince: { vi: 'Tỉnh/thành phố', en: 'Province or city' },
  addressOld: { vi: 'Địa chỉ cũ', en: 'Old address' },
  addressUse: { vi: 'Dùng {province}', en: 'Use {province}' },
  addressUseHint: {
    vi: '"{text}" nay thuộc {province}. Địa chỉ cũ vẫn được giữ.',
    en: '“{text}” is in {province} now. The old address is kept.',
  },
  endBeforeStart: {
    vi: 'Ngày kết thúc hỗ trợ không được trước ngày bắt đầu.',
    en: 'Support cannot end before it starts.',
  },
  startAfterEnd: {
    vi: 'Ngày bắt đầu hỗ trợ không được sau ngày kết thúc.',
    en: 'Support cannot start after it ends.',
  },
  emailNeeded: {
    vi: 'Cần có email trước khi cho phép truy cập cổng thông tin.',
    en: 'An email address is needed before the portal can be allowed.',
  },
  portalNeedsEmail: {
    vi: 'Liên hệ đang được phép truy cập cổng thông tin nên phải còn ít nhất một email.',
    en: 'The contact may use the portal, so at least one email address must stay.',
  },
  leadConverted: {
    vi: 'Đầu mối đã chuyển đổi thì không sửa được nữa.',
    en: 'A converted lead cannot be changed any more.',
  },
});
