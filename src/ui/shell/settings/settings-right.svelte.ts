import { createSubscriber } from 'svelte/reactivity';
import { roleOf } from '#core/access/role.ts';
import type { UiApp } from '../../app-context.ts';

/** The workspace as a settings page reads it, and whether this person may change it (the relay is the wall). */
export function watchSettings({ workspace, me }: UiApp) {
  const onData = createSubscriber((update) => workspace.onData(update));
  return {
    get data() {
      onData();
      return workspace.data();
    },
    get mayChange() {
      onData();
      const { members, roles } = workspace.data();
      return roleOf(roles, members.find((member) => member.id === me.id)?.role ?? me.role).settings;
    },
  };
}
