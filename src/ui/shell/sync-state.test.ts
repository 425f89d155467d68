import { describe, expect, it } from 'vitest';
import { NO_COUNTS, type DataStatus } from '#data-worker/port.ts';
import { syncState } from './sync-state.ts';

const status = (over: Partial<DataStatus> = {}): DataStatus => ({
  phase: 'live',
  unsent: 0,
  syncedAt: 1_700_000_000_000,
  counts: NO_COUNTS,
  refused: [],
  ...over,
});

describe('what the sync badge says (ux.md 5.2)', () => {
  it('is opening until the worker answers', () => {
    expect(syncState(undefined).kind).toBe('starting');
  });
  it('tells pending from synced by what the relay has not confirmed', () => {
    expect(syncState(status()).kind).toBe('synced');
    expect(syncState(status({ unsent: 3 }))).toMatchObject({ kind: 'pending', unsent: 3 });
  });
  it('counts unsent changes while offline', () => {
    expect(syncState(status({ phase: 'offline', unsent: 2 }))).toMatchObject({ kind: 'offline', unsent: 2 });
  });
  it('puts trouble before everything', () => {
    expect(syncState(status({ phase: 'offline', trouble: { type: 'quota-exceeded' } })).kind).toBe('error');
  });
  it('asks for a sign-in whether the socket or the session said so', () => {
    expect(syncState(status({ phase: 'signed-out' })).kind).toBe('signed-out');
    expect(syncState(status({ phase: 'connecting' }), 'expired').kind).toBe('signed-out');
  });
  it('shows the progress of a first sync', () => {
    const state = syncState(status({ phase: 'first-sync', progress: { done: 10, total: 40 } }));
    expect(state).toMatchObject({ kind: 'syncing', progress: { done: 10, total: 40 } });
  });
  it('tells a refused build from a lost network', () => {
    expect(syncState(status({ phase: 'upgrade-required' })).kind).toBe('upgrade');
  });
});
