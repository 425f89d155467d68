import type { Filter } from '#core/filter/filter.ts';
import type { DataPort } from '#data-worker/port.ts';

/** How many live contacts of this device match; follows the filter, undefined until the answer is there. */
export function watchContactCount(port: DataPort, filter: () => Filter | undefined) {
  let total = $state<number>();
  $effect(() => {
    const asked = filter();
    total = undefined;
    if (!asked) return;
    const list = port.query({ sources: ['contact'], filter: asked, offset: 0, limit: 1 }, (result) => {
      total = result.total;
    });
    return () => list.stop();
  });
  return {
    get total() {
      return total;
    },
  };
}

export const ownedBy = (id: string): Filter => ({ field: 'ownerId', op: 'in', value: [id] });
export const inDepartment = (id: string): Filter => ({ field: 'departmentId', op: 'in', value: [id] });
