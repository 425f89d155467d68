import type { DataStatus } from '#data-worker/port.ts';

/** What the badge says about sync (ux.md 5.2), in the order of what matters most to the person. */
export type SyncKind =
  'starting' | 'error' | 'signed-out' | 'upgrade' | 'offline' | 'connecting' | 'syncing' | 'pending' | 'synced';

export interface SyncState {
  readonly kind: SyncKind;
  readonly unsent: number;
  readonly syncedAt: number;
  readonly refused: number;
  readonly progress?: { readonly done: number; readonly total: number };
}

/** `session`: what the app knows from /api/session, which may be earlier than the socket's word. */
export function syncState(status: DataStatus | undefined, session: 'ok' | 'expired' = 'ok'): SyncState {
  if (!status) return { kind: 'starting', unsent: 0, syncedAt: 0, refused: 0 };
  return {
    kind: kindOf(status, session),
    unsent: status.unsent,
    syncedAt: status.syncedAt,
    refused: status.refused.length,
    ...(status.progress && { progress: status.progress }),
  };
}

function kindOf(status: DataStatus, session: 'ok' | 'expired'): SyncKind {
  if (status.trouble) return 'error';
  if (status.phase === 'upgrade-required') return 'upgrade';
  if (status.phase === 'signed-out' || session === 'expired') return 'signed-out';
  switch (status.phase) {
    case 'starting':
      return 'starting';
    case 'offline':
      return 'offline';
    case 'connecting':
      return 'connecting';
    case 'first-sync':
    case 'catching-up':
      return 'syncing';
    case 'live':
      return status.unsent > 0 ? 'pending' : 'synced';
  }
}
