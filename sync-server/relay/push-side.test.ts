import { describe, expect, it } from 'vitest';
import type { Person } from '#core/access/person.ts';
import { created, pushOf, T0, value } from '../../tests/contract/store.ts';
import { administrator } from './testing/person.ts';
import { createTestRelay } from './testing/test-relay.ts';
import type { StorePort } from '../store/port.ts';

const test = createTestRelay();

/** A store that commits at once and keeps the answer back. */
function lateAnswers(store: StorePort) {
  const gate = Promise.withResolvers<void>();
  const committed = Promise.withResolvers<void>();
  const late: StorePort = {
    ...store,
    async commit(...args) {
      const answer = await store.commit(...args);
      committed.resolve();
      await gate.promise;
      return answer;
    },
  };
  return { late, committed: committed.promise, answer: gate.resolve };
}

/** Of the same workspace, and sees nothing. */
const blind = (id: string): Person => ({ ...administrator(id), role: { ...administrator(id).role, types: {} } });

describe('I4: rights that change between a push’s COMMIT and its answer', () => {
  const aheadOfTime = (user: string) =>
    created({ name: 'Bí mật của Lan' }, { user, device: user, clientId: user.length }, T0 + 3_600_000);

  it.each(['a correction', 'the state beside a refusal'])('%s goes only to who still sees the record', async (what) => {
    for (const loses of [false, true]) {
      const { late, committed, answer } = lateAnswers(test.store);
      const relay = test.another({ store: late });
      const user = loses ? 'an' : 'binh';
      const theirs = aheadOfTime(user);
      let person = administrator(user);
      const device = await test.caughtUp(user, relay, () => person);
      if (what === 'a correction') device.push(1, theirs);
      else {
        await value(test.store.commit(test.workspace, [pushOf(loses ? 2 : 1, [theirs])]));
        device.push(1, { id: theirs.id, update: new Uint8Array([1, 2, 3]) });
      }
      await committed;
      if (loses) person = blind(user);
      relay.refresh(test.workspace);
      answer();
      const [result] = (await device.hears('ack')).results;
      expect(result!.kind).toBe(
        what === 'a correction' && loses ? 'ok' : what === 'a correction' ? 'adjusted' : 'rejected',
      );
      expect(result && 'state' in result && result.state !== undefined).toBe(!loses);
      device.socket.drop();
    }
  });
});
