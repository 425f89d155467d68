import { SvelteMap } from 'svelte/reactivity';
import type { Conditions } from '#core/filter/conditions.ts';
import type { FieldOf } from '#core/filter/conditions.ts';
import type { DataPort } from '#data-worker/port.ts';

/** Companies of one filter whose names are looked up; further ones are shown by what they are. */
const MOST = 50;

/** Names of the companies that conditions name by id; they come from this device's records. */
export function watchCompanyNames(port: DataPort, conditions: () => Conditions, fieldOf: () => FieldOf) {
  const names = new SvelteMap<string, string>();
  const ids = $derived(
    conditions()
      .groups.flatMap((group) => group.conditions)
      .filter(({ field, value }) => Array.isArray(value) && fieldOf()(field)?.type === 'company')
      .flatMap(({ value }) => value as readonly string[])
      .slice(0, MOST)
      .join(','),
  );
  $effect(() => {
    const open = ids
      .split(',')
      .filter(Boolean)
      .map((id) =>
        port.open(id, (record) => {
          if (typeof record?.values.name === 'string') names.set(id, record.values.name);
        }),
      );
    return () => open.forEach((subscription) => subscription.stop());
  });
  return (id: string): string | undefined => names.get(id);
}
