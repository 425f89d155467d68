import { fold } from '#core/contact/fold.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { SYSTEM_KEYS } from '#core/record/row.ts';
import type { CommandContext, Write } from '../context.ts';

/** One company name of a file; `made` = the record is written or was there before, `making` = it is being written. */
export interface CompanyOfFile {
  readonly id: RecordId;
  readonly name: string;
  made: boolean;
  making: boolean;
}

/** Companies by name, compared without accents and case: each unknown name becomes one new company. */
export function createCompanyFinder(context: CommandContext, batch: string) {
  const byKey = new Map<string, CompanyOfFile>();
  const byText = new Map<string, CompanyOfFile>();
  return {
    find(name: string): CompanyOfFile {
      const known = byText.get(name);
      if (known) return known;
      const key = fold(name).replace(/\s+/g, ' ').trim();
      let company = byKey.get(key);
      if (!company) {
        const existing = context.companyByName(name);
        company = { id: existing ?? context.newId('company'), name, made: existing !== undefined, making: false };
        byKey.set(key, company);
      }
      byText.set(name, company);
      return company;
    },
    write: (company: CompanyOfFile): Write => ({
      id: company.id,
      changes: { name: company.name, [SYSTEM_KEYS.createdBy]: context.user, [SYSTEM_KEYS.batch]: batch },
      create: true,
    }),
  };
}
