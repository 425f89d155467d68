import type { WorkerConfig } from '#data-worker/messages.ts';
import type { Me } from '#ui/app-context.ts';

/** What the data worker of an account needs to know; `build` is this build's version. */
export const workerConfig = (me: Me, build: string): WorkerConfig => ({
  user: me.id,
  role: me.role,
  workspace: me.workspaceId,
  socketUrl: location.origin.replace(/^http/, 'ws'),
  build,
});
