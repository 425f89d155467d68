import type { Ctx } from '#plugin-api';

/** The command "Nhập từ Excel": the app's own import page does the rest. */
export default function openImport(ctx: Ctx): Promise<void> {
  ctx.navigate('/import');
  return Promise.resolve();
}
