import { addressLine, addressOf } from '#core/record/field-types/address.ts';
import { toVcard, vcardFileName, type VcardContact } from '#core/contact/vcard.ts';
import type { LiveRecord } from '#data-worker/port.ts';
import { emailsOf, phonesOf } from './items.ts';

/** A7: hands the contact to the phone's own contacts app; where files cannot be shared, it is downloaded. */
export async function shareVcard(record: LiveRecord): Promise<void> {
  const contact = vcardOf(record);
  const file = new File([toVcard(contact)], vcardFileName(contact.name), { type: 'text/vcard' });
  if (navigator.canShare?.({ files: [file] })) {
    try {
      await navigator.share({ files: [file], title: contact.name });
      return;
    } catch (reason) {
      if ((reason as { name?: string } | null)?.name === 'AbortError') return; // the person closed the sheet
    }
  }
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function vcardOf(record: LiveRecord): VcardContact {
  const text = (id: string) => (typeof record.values[id] === 'string' ? record.values[id] : undefined);
  const parts = {
    company: record.companyName,
    title: text('title'),
    address: text('address') ?? (addressLine(addressOf(record.values.address)) || undefined),
    url: text('facebookUrl'),
    birthday: text('birthday'),
    note: text('description'),
  };
  return {
    id: record.id,
    name: text('name') ?? '',
    phones: phonesOf(record.values).map((p) => ({ value: p.value, ...(p.label && { label: p.label }) })),
    emails: emailsOf(record.values).map((e) => ({ value: e.value })),
    updatedAt: record.updatedAt,
    ...Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)),
  };
}
