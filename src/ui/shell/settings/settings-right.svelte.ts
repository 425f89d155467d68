import { createSubscriber } from 'svelte/reactivity';
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
      return (workspace.data().members.find((member) => member.id === me.id)?.role ?? me.role) === 'admin';
    },
  };
}
