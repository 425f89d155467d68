import { describe, expect, it } from 'vitest';
import { createNotices } from './notices.svelte.ts';

function clock() {
  let now = 0;
  let serial = 0;
  const due = new Map<number, { at: number; run: () => void }>();
  return {
    set: (run: () => void, ms: number) => {
      due.set(++serial, { at: now + ms, run });
      return serial;
    },
    clear: (handle: unknown) => void due.delete(handle as number),
    pass(ms: number) {
      now += ms;
      for (const [handle, timer] of due) {
        if (timer.at > now) continue;
        due.delete(handle);
        timer.run();
      }
    },
  };
}

describe('notices', () => {
  it('go after 5 s, and after 10 s with a button', () => {
    const time = clock();
    const notices = createNotices(time);
    notices.notify({ text: 'Đã lưu.' });
    notices.notify({ text: 'Đã xóa.', action: { title: 'Hoàn tác', run: () => undefined } });
    time.pass(5000);
    expect(notices.shown.map((n) => n.text)).toEqual(['Đã xóa.']);
    time.pass(5000);
    expect(notices.shown).toEqual([]);
  });
  it('stay while the pointer is on them, and get their time anew', () => {
    const time = clock();
    const notices = createNotices(time);
    notices.notify({ text: 'a' });
    time.pass(4000);
    notices.hold(true);
    time.pass(60_000);
    expect(notices.shown).toHaveLength(1);
    notices.hold(false);
    time.pass(4999);
    expect(notices.shown).toHaveLength(1);
    time.pass(1);
    expect(notices.shown).toHaveLength(0);
  });
  it('run their action once, and go', () => {
    const notices = createNotices(clock());
    let undone = 0;
    const id = notices.notify({ text: 'Đã xóa.', action: { title: 'Hoàn tác', run: () => undone++ } });
    notices.act(id);
    notices.act(id);
    expect([undone, notices.shown.length]).toEqual([1, 0]);
  });
  it('never push out one with a button while there is one without', () => {
    const notices = createNotices(clock());
    notices.notify({ text: 'undo', action: { title: 'Hoàn tác', run: () => undefined } });
    for (const text of ['1', '2', '3', '4']) notices.notify({ text });
    expect(notices.shown.map((n) => n.text)).toEqual(['undo', '2', '3', '4']);
  });
});
