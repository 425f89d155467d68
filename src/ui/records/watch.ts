import { createSubscriber } from 'svelte/reactivity';
import { rightsOf, seesEvery } from '#core/access/mine.ts';
import type { RecordRight } from '#core/access/role.ts';
import type { RecordType } from '#core/record/row.ts';
import type { DataPort, DataStatus } from '#data-worker/port.ts';
import type { Point } from '#plugin-api';
import type { Entry, PluginPort, UiApp, WorkspacePort } from '../app-context.ts';

/** The workspace document and who is there, as state that components may read directly. */
export function watchWorkspace(workspace: WorkspacePort) {
  const onData = createSubscriber((update) => workspace.onData(update));
  const onPresence = createSubscriber((update) => workspace.onPresence(update));
  return {
    get data() {
      onData();
      return workspace.data();
    },
    get presence() {
      onPresence();
      return workspace.presence();
    },
  };
}
export type WatchedWorkspace = ReturnType<typeof watchWorkspace>;

/** What this person may do with records of a type; changes with their role. */
export function watchRights({ me, workspace }: Pick<UiApp, 'me' | 'workspace'>, type: RecordType = 'contact') {
  const onData = createSubscriber((update) => workspace.onData(update));
  return {
    may(right: RecordRight): boolean {
      onData();
      return rightsOf(workspace.data(), me.id, type).has(right);
    },
  };
}

/** Whose rule of visibility leaves nothing out: what is missing then is missing for another reason. */
export function watchVisible({ me, workspace }: Pick<UiApp, 'me' | 'workspace'>) {
  const onData = createSubscriber((update) => workspace.onData(update));
  return {
    all(type: RecordType): boolean {
      onData();
      return seesEvery(workspace.data(), me.id, type);
    },
  };
}

/** What plugins contributed to a point, in their order. */
export function watchContributions<Spec>(plugins: PluginPort, point: Point<Spec>) {
  const onChange = createSubscriber((update) => plugins.onChange(update));
  return {
    get entries(): readonly Entry<Spec>[] {
      onChange();
      return plugins.contributions(point);
    },
  };
}

/** State of sync and storage; undefined until the worker answered. */
export function watchStatus(port: DataPort) {
  let status: DataStatus | undefined;
  const onStatus = createSubscriber((update) => {
    const subscription = port.status((next) => {
      status = next;
      update();
    });
    return () => subscription.stop();
  });
  return {
    get current(): DataStatus | undefined {
      onStatus();
      return status;
    },
  };
}
