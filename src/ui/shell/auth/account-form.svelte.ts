import type { Result } from '#core/kit/result.ts';
import type { Me } from '../../app-context.ts';
import { missing, type ApiFailure } from './form-errors.ts';

/** A form that ends with somebody signed in. `values` are its inputs by name. */
export function createAccountForm<V extends Record<string, string>>(
  initial: V,
  send: (values: V) => Promise<Result<Me, ApiFailure>>,
  done: (me: Me) => void,
) {
  const values = $state(initial);
  let failure = $state.raw<ApiFailure>();
  let busy = $state(false);

  return {
    values,
    get failure() {
      return failure;
    },
    get busy() {
      return busy;
    },
    /** The code of what is wrong with an input. A whole answer of `email-invalid` or `weak-password` names its input. */
    code(field: keyof V & string): string | undefined {
      if (failure?.type === 'email-invalid' && field === 'email') return 'email-invalid';
      if (failure?.type === 'weak-password' && field === 'password')
        return failure.fields?.['password'] ?? 'too-simple';
      return failure?.fields?.[field];
    },
    async submit(form: HTMLFormElement): Promise<void> {
      if (busy) return;
      const empty = missing(values);
      failure = empty ? { type: 'invalid', fields: empty } : undefined;
      if (!empty) {
        busy = true;
        const answer = await send({ ...values }).catch(() => ({ ok: false, error: { type: 'unexpected' } }) as const);
        // the button stays busy until the next page is there
        if (answer.ok) return done(answer.value);
        busy = false;
        failure = answer.error;
      }
      // after the errors are in the page: the first wrong input, or the first one at all
      queueMicrotask(() =>
        (
          form.querySelector<HTMLElement>('[aria-invalid="true"]') ??
          form.querySelector<HTMLElement>('[type="password"]')
        )?.focus(),
      );
    },
  };
}
