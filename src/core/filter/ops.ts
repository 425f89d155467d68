import { CONVERTED_CONTACT } from '../lead/lead.ts';
import type { FieldDef, FieldTypeId } from '../record/field.ts';

/** How a field's values are compared; the operators follow from it. */
export type Comparison = 'text' | 'id' | 'ids' | 'number' | 'date' | 'moment' | 'boolean' | 'items';

const COMPARISON: Readonly<Record<FieldTypeId, Comparison>> = {
  text: 'text', 'long-text': 'text', url: 'text', address: 'text',
  member: 'id', department: 'id', company: 'id', choice: 'id', choices: 'ids',
  number: 'number', money: 'number', rating: 'number', date: 'date', 'date-time': 'moment',
  boolean: 'boolean', phones: 'items', emails: 'items',
}; // prettier-ignore

const TEXT_OPS = ['contains', 'notContains', 'is', 'isNot', 'startsWith'] as const;
const ORDER_OPS = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'between'] as const;
const EMPTY_OPS = ['empty', 'notEmpty'] as const;

const OPS: Readonly<Record<Comparison, readonly string[]>> = {
  text: [...TEXT_OPS, ...EMPTY_OPS],
  // by id, or by the name behind it
  id: ['in', 'notIn', ...TEXT_OPS, ...EMPTY_OPS],
  ids: ['in', 'notIn', ...EMPTY_OPS],
  number: [...ORDER_OPS, ...EMPTY_OPS],
  date: [...ORDER_OPS, ...EMPTY_OPS],
  moment: [...ORDER_OPS, ...EMPTY_OPS],
  boolean: ['isTrue', 'isFalse'],
  items: ['contains', 'is', ...EMPTY_OPS],
};

export const comparisonOf = (type: FieldTypeId): Comparison => COMPARISON[type];

/** Operators of a type of field, in the order in which a form offers them. */
export const opsOf = (type: FieldTypeId): readonly string[] => OPS[COMPARISON[type]];

/** What an operator takes as its value. */
export function operandOf(op: string): 'none' | 'one' | 'two' | 'many' {
  if (op === 'empty' || op === 'notEmpty' || op === 'isTrue' || op === 'isFalse') return 'none';
  if (op === 'in' || op === 'notIn') return 'many';
  return op === 'between' ? 'two' : 'one';
}

/** What filters may ask besides the fields of forms: times and the registers of the system (row.ts). */
export const SYSTEM_FIELDS: readonly FieldDef[] = (
  [
    { id: 'createdAt', type: 'date-time', title: { vi: 'Thời gian tạo', en: 'Created' } },
    { id: 'updatedAt', type: 'date-time', title: { vi: 'Cập nhật lần cuối', en: 'Last updated' } },
    { id: 'deletedAt', type: 'date-time', title: { vi: 'Ngày xóa', en: 'Deleted' } },
    { id: 'createdBy', type: 'member', title: { vi: 'Người tạo', en: 'Created by' } },
    { id: 'deletedBy', type: 'member', title: { vi: 'Người xóa', en: 'Deleted by' } },
    { id: 'discarded', type: 'boolean', title: { vi: 'Đã hủy', en: 'Discarded' } },
    { id: 'batch', type: 'text', title: { vi: 'Đợt nhập', en: 'Batch' } },
    { id: CONVERTED_CONTACT, type: 'text', title: { vi: 'Liên hệ đã chuyển đổi', en: 'Converted to' } },
  ] as const
).map((field, order) => ({ ...field, entity: 'contact', group: 'more', order: 1000 + order }));

/** Finds a field by id: those given first, then the system's. */
export function fieldLookup(fields: readonly FieldDef[]): (id: string) => FieldDef | undefined {
  const byId = new Map([...SYSTEM_FIELDS, ...[...fields].reverse()].map((field) => [field.id, field]));
  return (id) => byId.get(id);
}
