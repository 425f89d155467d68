import { beforeEach, describe, expect, it } from 'vitest';
import { packRows } from '#core/kit/packed-rows.ts';
import type { Item } from '#core/record/row.ts';
import type { ImportCheck, ImportPlan } from '#data-worker/port.ts';
import { ADA, createMemoryContext, requiring, WORKSPACE, type MemoryContext } from '#tests/support/memory-context.ts';
import { createCommands, type CommandRunner } from '../run.ts';

const COLUMNS = [
  'name',
  'phones',
  'phones',
  'emails',
  'companyId',
  'ownerId',
  'departmentId',
  'birthday',
  'rating',
  'description',
];
const PLAN: ImportPlan = {
  type: 'contact',
  columns: Object.fromEntries(COLUMNS.map((field, i) => [i, field])),
  defaults: { ownerId: ADA, departmentId: 'sales' },
  firstLine: 2,
};

let context: MemoryContext;
let commands: CommandRunner;
beforeEach(() => {
  context = createMemoryContext();
  commands = createCommands(context);
});

type Row = readonly unknown[];
async function checked(rows: readonly Row[], plan = PLAN): Promise<{ job: string; check: ImportCheck }> {
  const { imports } = commands;
  const job = await imports.open();
  for (let i = 0; i < rows.length; i += 2000) await imports.feed(job, rows.slice(i, i + 2000));
  return { job, check: await imports.check(job, plan) };
}
async function imported(rows: readonly Row[], plan = PLAN) {
  const { job, check } = await checked(rows, plan);
  return { job, check, result: await commands.imports.write(job, () => {}) };
}
const byName = (name: string) => context.rows('contact').find((row) => row.values.name === name)!.values;
const phonesOf = (name: string) => (byName(name).phones as unknown as readonly Item[]).map((p) => p.value);
const reasons = (check: ImportCheck) =>
  check.problems.map((p) => [p.line, ...p.reasons.map((r) => [r.column, r.field, r.error.type])]);
const people = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => [`Người ${i}`, `09${String(10_000_000 + i)}`]);

it('takes rows packed as it takes them plain', async () => {
  const rows = [
    ['Lan', '0912345678', 912_345_679, 'lan@example.vn', null, null, null, new Date('1990-03-15T00:00:00Z')],
    [],
    ['hỏng', 'chưa có', null],
  ];
  const { imports } = commands;
  const answers = [rows, packRows(rows)].map(async (fed) => {
    const job = await imports.open();
    await imports.feed(job, fed);
    return { check: await imports.check(job, PLAN), failed: await imports.failed(job) };
  });
  const [plain, packed] = await Promise.all(answers);
  expect(packed).toEqual(plain);
  expect(packed!.check).toMatchObject({ ready: 1, empty: 1, failing: 1 });
});

describe('check', () => {
  it('reads messy phones, and counts what it put right', async () => {
    const { check, result } = await imported([
      ['số', 912000000],
      ['khoa học', '9.12E+8'],
      ['đủ số', '9.12345678E8'],
      ['đầu cũ', '01629123456'],
      ['nhiều', '0912 345 678 / 024.3825.6789', '0987654321'],
      ['trùng', '0912345678', '+84 912 345 678'],
      ['cột hai', null, '0912345678'],
      ['hỏng', 'chưa có'],
    ]);
    expect(reasons(check)).toEqual([
      [3, [1, 'phones', 'phone-invalid']],
      [9, [1, 'phones', 'phone-invalid']],
    ]);
    expect(check.problems[0]!.reasons[0]!.error).toMatchObject({ input: '9.12E+8', reason: 'digits-lost' });
    expect(check).toMatchObject({
      total: 8,
      ready: 6,
      failing: 2,
      empty: 0,
      notes: { migratedPhones: 1, repairedPhones: 2 },
    });
    expect(result.created).toBe(6);
    expect(phonesOf('số')).toEqual(['+84912000000']);
    expect(phonesOf('đủ số')).toEqual(['+84912345678']);
    expect(phonesOf('đầu cũ')).toEqual(['+84329123456']);
    expect(phonesOf('nhiều')).toEqual(['+84912345678', '+842438256789', '+84987654321']);
    expect(phonesOf('trùng')).toEqual(['+84912345678']);
    expect(phonesOf('cột hai')).toEqual(['+84912345678']);
  });

  it('says of each row what is wrong with it, by line and column', async () => {
    const { check } = await checked([
      ['Được', '0912345678'],
      [null, '', '  ', 'khong@', 'Alpha', 'Người Lạ', 'Phòng Lạ', '31/02/1990', 9],
      [' ', '0912345678'],
      ['#REF!', '0912345678'],
      ['x'.repeat(10_000), '0912345678'],
      ['Ghi chú dài', '0912345678', null, null, null, null, null, null, null, 'y'.repeat(25_000)],
    ]);
    expect(reasons(check)).toEqual([
      [3, [3, 'emails', 'email-invalid'], [5, 'ownerId', 'member-unknown'], [6, 'departmentId', 'department-unknown'],
        [7, 'birthday', 'date-invalid'], [8, 'rating', 'number-invalid'], [0, 'name', 'required'], [1, 'phones', 'required']],
      [4, [0, 'name', 'required']],
      [5, [0, 'name', 'value-invalid']],
      [6, [0, 'name', 'too-long']],
      [7, [9, 'description', 'too-long']],
    ]); // prettier-ignore
    expect(check).toMatchObject({ total: 6, ready: 1, failing: 5 });
    expect(String(check.problems[3]!.cells[0]).length).toBeLessThan(300);
    expect(context.states.size).toBe(0);
  });

  it('takes a 10,000-character note whole', async () => {
    const note = 'ghi chú '.repeat(1250).trim();
    await imported([['Dài', '0912345678', null, null, null, null, null, null, null, note]]);
    expect(byName('Dài').description).toBe(note);
  });

  it('finds members and departments whatever the accents, case and composition', async () => {
    const { check } = await imported([
      ['A', '0912345678', null, null, null, 'nguyen thi ada', 'CHĂM SÓC KHÁCH HÀNG'.normalize('NFD')],
      ['B', '0912345678', null, null, null, 'Trần Bình'.normalize('NFD'), 'care'],
    ]);
    expect(check.ready).toBe(2);
    expect(byName('A')).toMatchObject({ ownerId: ADA, departmentId: 'care' });
    expect(byName('B')).toMatchObject({ ownerId: 'user_binh', departmentId: 'care' });
  });

  it('stores names composed', async () => {
    await imported([['Nguyễn Thị Hằng'.normalize('NFD'), '0912345678']]);
    expect(context.rows('contact')[0]!.values.name).toBe('Nguyễn Thị Hằng'.normalize('NFC'));
  });

  it('reads dates as dates, serial numbers and texts', async () => {
    const row = (name: string, birthday: unknown): Row => [name, '0912345678', null, null, null, null, null, birthday];
    await imported([
      row('a', new Date(Date.UTC(1990, 1, 28))),
      row('b', 32932),
      row('c', '28/02/1990'),
      row('d', '1990-02-28'),
    ]);
    expect(['a', 'b', 'c', 'd'].map((name) => byName(name).birthday)).toEqual(Array(4).fill('1990-02-28'));
  });

  it('counts rows with nothing in the mapped columns as empty', async () => {
    const plan = { ...PLAN, columns: { 1: 'name', 2: 'phones' } };
    const { check, result } = await imported(
      [[1, null, ''], [], [2, 'A', '0912345678'], [null, ' \u00a0 ', undefined]],
      plan,
    );
    expect(check).toMatchObject({ total: 4, empty: 3, ready: 1, failing: 0 });
    expect(result).toMatchObject({ created: 1, empty: 3, failed: 0 });
  });

  it('fills defaults where the file has nothing; a bad default is a problem of those rows', async () => {
    const plan = { ...PLAN, defaults: { ownerId: ADA, departmentId: 'nowhere', source: 'zalo' } };
    const { check } = await imported([
      ['A', '0912345678', null, null, null, null, 'Kinh doanh'],
      ['B', '0912345678'],
    ], plan); // prettier-ignore
    expect(reasons(check)).toEqual([[3, [undefined, 'departmentId', 'department-unknown']]]);
    expect(byName('A')).toMatchObject({ ownerId: ADA, departmentId: 'sales', source: 'zalo' });
  });

  it('asks for what the workspace requires (B7)', async () => {
    context.workspace = requiring('emails');
    const { check } = await checked([['A'], [null, null, null, 'a@example.vn']], { ...PLAN, defaults: {} });
    expect(reasons(check)).toEqual([
      [2, [3, 'emails', 'required']],
      [3, [0, 'name', 'required']], // always (D5)
    ]);
  });

  it('may run again with another mapping; the newest answers for all', async () => {
    const { job, check } = await checked(people(1500), { ...PLAN, columns: { 0: 'phones', 1: 'name' } });
    expect(check).toMatchObject({ ready: 0, failing: 1500 });
    expect(check.problems.length).toBe(200);
    const [older, newer] = await Promise.all([
      commands.imports.check(job, { ...PLAN, columns: {} }),
      commands.imports.check(job, PLAN),
    ]);
    expect(newer).toMatchObject({ ready: 1500, failing: 0 });
    expect(older).toEqual(newer);
    expect((await commands.imports.write(job, () => {})).created).toBe(1500);
  });

  it('refuses a plan with a field there is none of, and calls out of order', async () => {
    const { imports } = commands;
    const job = await imports.open();
    await imports.feed(job, people(3));
    await expect(imports.write(job, () => {})).rejects.toThrow('check');
    await expect(imports.check(job, { ...PLAN, columns: { 0: 'nothing' } })).rejects.toThrow('nothing');
    await imports.check(job, PLAN);
    await imports.feed(job, people(1));
    await expect(imports.write(job, () => {})).rejects.toThrow('check');
    await imports.check(job, PLAN);
    const writing = imports.write(job, () => {});
    await expect(imports.write(job, () => {})).rejects.toThrow();
    expect((await writing).created).toBe(4);
    await expect(imports.check(job, PLAN)).rejects.toThrow('written');
    await expect(imports.feed(job, [])).rejects.toThrow('written');
    imports.close(job);
    await expect(imports.failed(job)).rejects.toThrow('no such');
  });
});

describe('write', () => {
  it('writes records of source file with their batch and maker', async () => {
    const { result } = await imported([
      ['A', '0912345678', null, 'A@x.vn, b@x.vn', null, null, null, null, '4', 'hai\r\ndòng'],
    ]);
    expect(result).toMatchObject({ created: 1, failed: 0, empty: 0, companiesCreated: 0, cancelled: false });
    expect(result.batch).toMatch(/^import_/);
    expect(byName('A')).toMatchObject({
      source: 'file', batch: result.batch, createdBy: ADA, ownerId: ADA, departmentId: 'sales', rating: 4, description: 'hai\ndòng',
      emails: [{ id: '0', value: 'a@x.vn', raw: 'A@x.vn' }, { id: '1', value: 'b@x.vn' }],
    }); // prettier-ignore
  });

  it('makes each unknown company once, compared without accents and case', async () => {
    const there = await commands.run('company.create', { values: { name: 'Công ty Cũ' } });
    const alpha = ['Công ty Alpha', 'CÔNG TY  ALPHA', 'cong ty alpha', 'Công ty Alpha'.normalize('NFD')];
    const { result } = await imported(
      [...alpha, 'cong ty cu', 'Beta'].map((company, i) => [`N${i}`, '0912345678', null, null, company]),
    );
    expect(result.companiesCreated).toBe(2);
    expect(
      context
        .rows('company')
        .map((row) => row.values.name)
        .sort(),
    ).toEqual(['Beta', 'Công ty Alpha', 'Công ty Cũ']);
    expect(new Set(alpha.map((_, i) => byName(`N${i}`).companyId)).size).toBe(1);
    expect(byName('N4').companyId).toBe(there.ok && there.value.ids[0]);
  });

  it('writes packs of at most 512 records, a company with or before its contacts', async () => {
    const rows = people(1300).map(([name, phone], i) => [name, phone, null, null, `Công ty ${i % 400}`]);
    const durable = new Set<string>();
    const dangling: string[] = [];
    context.trouble = (writes) => {
      for (const { id } of writes) durable.add(id);
      const refers = writes.map(({ changes }) => changes.companyId).filter((id) => typeof id === 'string');
      dangling.push(...refers.filter((id) => !durable.has(id)));
      return undefined;
    };
    const { result } = await imported(rows);
    expect(result).toMatchObject({ created: 1300, companiesCreated: 400 });
    expect(Math.max(...context.commits)).toBeLessThanOrEqual(512);
    expect(dangling).toEqual([]);
  });

  it('cuts packs by size too: a pack fits into one push', async () => {
    const note = 'đ'.repeat(15_000);
    const rows = people(120).map(([name, phone]) => [name, phone, null, null, null, null, null, null, null, note]);
    const sizes: number[] = [];
    context.trouble = (writes) => void sizes.push(Buffer.byteLength(JSON.stringify(writes)));
    const { result } = await imported(rows);
    expect(result.created).toBe(120);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(sizes.length).toBeLessThan(6);
  });

  it('reports progress at most ten times a second, and the end', async () => {
    const { job } = await checked(people(3000));
    const seen: { at: number; done: number; total: number }[] = [];
    context.trouble = () => void (context.time += 30);
    await commands.imports.write(job, ({ done, total }) => seen.push({ at: context.time, done, total }));
    expect(seen[0]).toMatchObject({ done: 0, total: 3000 });
    expect(seen.at(-1)).toMatchObject({ done: 3000, total: 3000 });
    const gaps = seen.slice(1, -1).map((s, i) => s.at - seen[i]!.at);
    expect(gaps.length).toBeGreaterThan(0);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
  });

  it('lets others have their turn between packs', async () => {
    const { job } = await checked(people(2000));
    let turns = 0;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      turns++;
      port2.postMessage(null);
    };
    port2.postMessage(null);
    await commands.imports.write(job, () => {});
    port1.close();
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('stops after the pack in work when cancelled, with the true counts', async () => {
    const { job } = await checked([...people(2000), ['hỏng', 'x']]);
    let packs = 0;
    context.trouble = () => void (++packs === 2 && commands.imports.cancel(job));
    const result = await commands.imports.write(job, () => {});
    expect(result).toMatchObject({ created: 1024, failed: 1, cancelled: true });
    expect(result.trouble).toBeUndefined();
    const found = context.find('contact', { field: 'batch', op: 'is', value: result.batch });
    expect(found.length).toBe(1024);
    const failed = await commands.imports.failed(job);
    expect(failed.length).toBe(2001 - 1024);
    expect(failed[0]).toMatchObject({ line: 1026, reasons: [{ error: { type: 'cancelled' } }] });
    expect(failed.at(-1)!.reasons[0]).toMatchObject({ field: 'phones' });
  });

  it('is not called cancelled when everything was written', async () => {
    const { job } = await checked(people(10));
    context.trouble = () => void commands.imports.cancel(job);
    expect(await commands.imports.write(job, () => {})).toMatchObject({ created: 10, cancelled: false });
  });

  it('stops when storage is full: the counts are of what is stored, and the batch undoes it', async () => {
    const rows = people(2000).map(([name, phone], i) => [name, phone, null, null, `Công ty ${i}`]);
    const { job } = await checked(rows);
    let packs = 0;
    context.trouble = () => (++packs === 4 ? { type: 'quota-exceeded' } : undefined);
    const result = await commands.imports.write(job, () => {});
    expect(result).toMatchObject({ cancelled: false, trouble: { type: 'quota-exceeded' }, failed: 0 });
    const found = context.find('contact', { field: 'batch', op: 'is', value: result.batch });
    expect(found.length).toBe(result.created);
    expect(result.created).toBe(3 * 256);
    expect(context.rows('company').length).toBe(result.companiesCreated);
    const failed = await commands.imports.failed(job);
    expect(failed.length).toBe(2000 - result.created);
    expect(failed[0]!.reasons).toEqual([{ error: { type: 'quota-exceeded' } }]);

    expect(await commands.run('import.undo', { batch: result.batch })).toEqual({
      ok: true,
      value: { count: result.created },
    });
    expect([...context.rows('contact'), ...context.rows('company')].every((row) => row.values.discarded === true)).toBe(
      true,
    );
    expect(await commands.run('import.undo', { batch: result.batch })).toEqual({ ok: true, value: { count: 0 } });
  });

  it('asks guards about up to 512 at once; refused rows fail with the reason, and so do those of a refused company', async () => {
    context.guard = async (intents) =>
      intents.map((intent) => {
        const patch = intent.on === 'record.save' ? intent.patch : {};
        const bad = patch.name === 'Người 7' || patch.name === 'Cấm';
        return bad ? { allow: false, reason: 'Danh sách đen', plugin: 'blocklist' } : { allow: true };
      });
    const rows = people(600).map(([name, phone], i) => [
      name,
      phone,
      null,
      null,
      i === 9 ? 'Cấm' : i === 7 ? 'Chỉ của 7' : null,
    ]);
    const { job, result } = await imported(rows);
    expect(result).toMatchObject({ created: 598, failed: 2, companiesCreated: 0 });
    expect(context.asked.every((intents) => intents.length <= 512)).toBe(true);
    expect(await commands.imports.failed(job)).toEqual(
      [7, 9].map((i) => ({
        line: 2 + i,
        cells: rows[i]!.slice(0, 5),
        reasons: [{ error: { type: 'denied', reason: 'Danh sách đen', plugin: 'blocklist' } }],
      })),
    );
  });

  it('gives the rows that failed with all their cells', async () => {
    const long = 'x'.repeat(10_000);
    const { job } = await imported([
      ['A', '0912345678'],
      [long, '0912345678', null, null, 'Alpha', null, ''],
    ]);
    expect(await commands.imports.failed(job)).toEqual([
      {
        line: 3,
        cells: [long, '0912345678', null, null, 'Alpha'],
        reasons: [{ column: 0, field: 'name', error: { type: 'too-long', max: 500 } }],
      },
    ]);
  });

  it('reads rows again when it writes: what changed since the check counts', async () => {
    const { job, check } = await checked([
      ['A', '0912345678', null, null, null, 'Trần Bình'],
      ['B', '0912345678'],
    ]);
    expect(check.ready).toBe(2);
    context.workspace = { ...WORKSPACE, members: WORKSPACE.members.slice(0, 1) };
    expect(await commands.imports.write(job, () => {})).toMatchObject({ created: 1, failed: 1 });
  });
});

describe('import.undo', () => {
  it('takes only its own batch away', async () => {
    const first = await imported(people(3));
    const second = await imported(people(600));
    context.commits.length = 0;
    expect(await commands.run('import.undo', { batch: second.result.batch })).toEqual({
      ok: true,
      value: { count: 600 },
    });
    expect(context.commits).toEqual([512, 88]);
    expect(context.asked.at(-1)!.map((i) => i.on === 'record.remove' && i.ids.length)).toEqual([600]);
    const live = context.rows('contact').filter((row) => row.values.discarded !== true);
    expect(live.map((row) => row.values.batch)).toEqual(Array(3).fill(first.result.batch));
  });

  it('takes no other batch: samples have their own command', async () => {
    expect(await commands.run('import.undo', { batch: 'sample' })).toMatchObject({
      ok: false,
      error: { type: 'invalid', fields: [{ field: 'batch' }] },
    });
  });

  it('goes on after storage trouble where it stopped', async () => {
    const { result } = await imported(people(1000));
    let commits = 0;
    context.trouble = () => (++commits === 2 ? { type: 'quota-exceeded' } : undefined);
    expect(await commands.run('import.undo', { batch: result.batch })).toEqual({
      ok: false,
      error: { type: 'storage', trouble: { type: 'quota-exceeded' } },
    });
    expect(await commands.run('import.undo', { batch: result.batch })).toEqual({ ok: true, value: { count: 488 } });
  });
});
