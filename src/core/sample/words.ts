/** Words of the sample data; each list is one text, split when first used. `=` after a family name is its weight. */
export const FAMILY =
  'Nguyễn=38 Trần=11 Lê=9 Phạm=7 Hoàng=3 Huỳnh=3 Phan=5 Vũ=2 Võ=3 Đặng=2 Bùi=2 Đỗ=2 Hồ=1 Ngô=1 Dương=1 Lý=1 Đinh=1 Trịnh=1 Đoàn=1 Mai=1 Tô=1 Trương=1 Lâm=1 Cao=1 Châu=1 Tạ=1 Hà=1 Lương=1 Quách=1 Thái=1 Vương=1 Kiều=1';
export const MIDDLE_MALE =
  'Văn Hữu Đức Minh Quang Thanh Công Quốc Đình Xuân Ngọc Tuấn Anh Gia Hoàng Trọng Duy Bá Mạnh Nhật';
export const MIDDLE_FEMALE =
  'Thị Thị Thị Ngọc Thu Thanh Mỹ Kim Phương Bích Hồng Thùy Minh Diệu Bảo Khánh Quỳnh Tú Ánh Như';
export const GIVEN_MALE =
  'An Anh Bảo Bình Cường Chiến Công Dũng Duy Đạt Đức Giang Hải Hào Hiếu Hiệp Hòa Hoàng Hùng Huy Hưng Khang Khoa Kiên Lâm Long Lộc Minh Mạnh Nam Nghĩa Nhân Phát Phong Phú Phúc Quân Quang Quốc Sơn Sang Tài Tâm Tân Thắng Thành Thiện Thịnh Tiến Toàn Trí Trung Trường Tuấn Tùng Việt Vinh Vũ';
export const GIVEN_FEMALE =
  'An Anh Ánh Bích Chi Châu Diễm Dung Duyên Đào Giang Hà Hạnh Hằng Hiền Hoa Hồng Huệ Hương Huyền Khánh Lan Liên Linh Loan Ly Mai My Nga Ngân Ngọc Nguyệt Nhi Nhung Oanh Phương Phượng Quyên Quỳnh Tâm Thảo Thoa Thu Thúy Thủy Thư Thương Tiên Trang Trâm Trinh Trúc Tuyết Uyên Vân Vi Xuân Yến';

export const COMPANY_KIND = 'Công ty TNHH|Công ty Cổ phần|Công ty TNHH MTV|Doanh nghiệp tư nhân|Hợp tác xã|Cửa hàng';
export const COMPANY_TRADE =
  'Thương mại|Xây dựng|Du lịch|Dược phẩm|Thực phẩm|Vận tải|Nội thất|Công nghệ|Giáo dục|May mặc|Cơ khí|Bất động sản|Thủy sản|Nông sản|Điện máy|Bao bì|Quảng cáo|Thiết bị y tế|Vật liệu|In ấn';
export const COMPANY_NAME =
  'Hoàng Gia|Phú Thịnh|Minh Long|Đại Phát|Sao Việt|Thiên Phúc|An Khang|Bình Minh|Đông Á|Hải Đăng|Tân Tiến|Thành Công|Việt Hưng|Trường Sơn|Hồng Hà|Cửu Long|Nam Phong|Bách Việt|Đức Tín|Kim Ngân|Thái Bình Dương|Lạc Hồng|Hưng Thịnh|Ánh Dương|Mỹ Á|Gia Định|Tây Đô|Sông Hàn|Hương Giang|Ngọc Linh|Bảo Tín|Đất Việt|Trung Nguyên|Quang Vinh|Vạn Xuân|Phương Nam|Hòa Phát Đạt|Tâm An|Nhật Tân|Việt Úc';
export const TITLE =
  'Giám đốc|Phó giám đốc|Trưởng phòng|Kế toán trưởng|Kế toán|Nhân viên kinh doanh|Nhân viên mua hàng|Chủ cửa hàng|Quản lý|Trợ lý|Kỹ sư|Bác sĩ|Giáo viên|Hành chính';
/** The 34 provinces and cities since 1 July 2025. */
export const PROVINCE =
  'Hà Nội|Huế|Lai Châu|Điện Biên|Sơn La|Lạng Sơn|Quảng Ninh|Thanh Hóa|Nghệ An|Hà Tĩnh|Cao Bằng|Tuyên Quang|Lào Cai|Thái Nguyên|Phú Thọ|Bắc Ninh|Hưng Yên|Hải Phòng|Ninh Bình|Quảng Trị|Đà Nẵng|Quảng Ngãi|Gia Lai|Khánh Hòa|Lâm Đồng|Đắk Lắk|TP. Hồ Chí Minh|Đồng Nai|Tây Ninh|Cần Thơ|Vĩnh Long|Đồng Tháp|Cà Mau|An Giang';
export const STREET =
  'Lê Lợi|Trần Hưng Đạo|Nguyễn Huệ|Hai Bà Trưng|Lý Thường Kiệt|Quang Trung|Phan Đình Phùng|Hùng Vương|Nguyễn Trãi|Cách Mạng Tháng Tám|Điện Biên Phủ|Lê Duẩn|Võ Văn Kiệt|Nguyễn Văn Linh|Hoàng Diệu|Ngô Quyền|Bà Triệu|Tôn Đức Thắng|Phạm Văn Đồng|Xô Viết Nghệ Tĩnh';
export const WARD =
  'phường Hòa Bình|phường Tân An|phường Đông Hải|xã Phú Mỹ|xã Tân Lập|phường An Phú|xã Bình Minh|phường Long Biên|xã Hưng Thịnh|phường Thanh Xuân|xã Vĩnh Hòa|phường Trường Thi';
export const MOBILE =
  '032 033 034 035 036 037 038 039 086 096 097 098 070 076 077 078 079 089 090 093 081 082 083 084 085 088 091 094 056 058 092 059 099';
export const OLD_MOBILE = '0162 0163 0165 0168 0169 0120 0121 0122 0126 0123 0124 0125 0127 0129 0186 0188 0199';
export const AREA = '024 028 0236 0225 0292 0251 0274 0258 0234 0238 0237 0203';
export const MAIL_HOST = 'gmail.com gmail.com gmail.com yahoo.com outlook.com icloud.com';
