import { getContext, setContext } from 'svelte';

/** What a `Field` tells the control inside it. */
export interface FieldControl {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly required: boolean;
  readonly invalid: boolean;
}

const KEY = Symbol('field');
export const setFieldControl = (control: FieldControl): FieldControl => setContext(KEY, control);
export const getFieldControl = (): FieldControl | undefined => getContext<FieldControl | undefined>(KEY);

/** The attributes a control takes from its field; its own, where it has some, win. */
export function controlAttributes(
  field: FieldControl | undefined,
  own: { id?: string; required?: boolean; invalid?: boolean },
) {
  return {
    id: own.id ?? field?.id,
    'aria-describedby': field?.describedBy,
    'aria-required': own.required || field?.required || undefined,
    'aria-invalid': own.invalid || field?.invalid || undefined,
  } as const;
}
