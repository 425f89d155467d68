import type { Json } from '../kit/json.ts';
import type { Failure } from '../kit/result.ts';
import type { Values } from '../record/row.ts';

/** A value that does not go with another one of the contact. */
export interface RuleProblem {
  readonly field: string;
  readonly error: Failure;
}

/**
 * What no field can say alone (C18, C20), of a contact as it would be. `touched` are the fields that are written: what is
 * wrong since before, or came about because two people wrote one of two fields each, does not block another edit.
 */
export function contactProblems(values: Values, touched: (field: string) => boolean): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const { supportStart: start, supportEnd: end, portalAllowed, emails } = values;
  if (isDay(start) && isDay(end) && end < start && (touched('supportStart') || touched('supportEnd'))) {
    const field = touched('supportEnd') ? 'supportEnd' : 'supportStart';
    problems.push({ field, error: { type: field === 'supportEnd' ? 'end-before-start' : 'start-after-end' } });
  }
  if (portalAllowed === true && !hasItems(emails)) {
    if (touched('portalAllowed')) problems.push({ field: 'portalAllowed', error: { type: 'email-needed' } });
    else if (touched('emails')) problems.push({ field: 'emails', error: { type: 'portal-needs-email' } });
  }
  return problems;
}

const isDay = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';
const hasItems = (value: Json | undefined): boolean => Array.isArray(value) && value.length > 0;
