/** Cases over the real HTTP and sockets, by people who are signed in: who may what, who sees what, and what is bad. */
import { describe, expect, it } from 'vitest';
import { PROTOCOL } from '../../../server/contract/sync.ts';
import { code, Desk, fire, png, position, startHouse } from '../../support/case-house.ts';
import { TOKEN } from '../../support/http-rig.ts';
import { until } from '../../support/screen-server.ts';

describe('commands over HTTP and sockets', () => {
  it('SE-64 SE-47 are for who is signed in, on a page of ours, in a role that may', async () => {
    const house = await startHouse({ demo: true });
    const nobody = new Desk(house.rig.browser());
    expect(await nobody.post('incident.create', fire)).toEqual({
      ok: false,
      refusal: { code: 'not-signed-in' },
    });
    expect(code(await nobody.emit('incident.create', fire))).toBe('not-signed-in');
    const [li, qian, chief] = [await house.as('li'), await house.as('qian'), await house.as('chief')];
    for (const desk of [qian, chief]) {
      expect(code(await desk.post('incident.create', fire))).toBe('not-allowed');
      expect(code(await desk.emit('incident.create', fire))).toBe('not-allowed');
    }
    const { csrf } = li.browser;
    li.browser.csrf = null;
    const stolen = await li.browser.ask('POST', '/commands', {
      id: 'from-elsewhere',
      type: 'incident.create',
      payload: fire,
    });
    expect([stolen.status, stolen.code]).toEqual([403, 'csrf']);
    li.browser.csrf = csrf;
    expect(house.world.journal.entries).toHaveLength(0);
    expect(await li.post('incident.create', fire)).toMatchObject({ ok: true, result: { number: 1_000 } });
    expect(code(await li.post('incident.dispatch', { incident: 'inc-1000' }))).toBe('not-allowed');
    expect(house.refused).toContainEqual([
      'command refused',
      expect.objectContaining({
        type: 'incident.create',
        user: 'qian',
        code: 'not-allowed',
        from: expect.any(String),
      }),
    ]);
  });

  it('SE-65 the audit administrator alone reads who did what, without persons', async () => {
    const house = await startHouse();
    const [li, han] = [await house.as('li'), await house.as('han')];
    await li.post('incident.create', { ...fire, caller: { name: '王某', phone: '13812345678' } });
    await li.post('incident.reveal', { incident: 'inc-1000', reason: '回访报警人' });
    const trail = await han.get('/audit');
    expect(trail.body).toMatchObject({
      lastSeq: 2,
      entries: [
        { seq: 1, actor: 'user:li', type: 'incident.reported', incident: 'inc-1000', role: 'call-taker' },
        { seq: 2, type: 'incident.revealed', reason: '回访报警人', from: expect.any(String) },
      ],
    });
    expect(JSON.stringify(trail.body)).not.toMatch(/13812345678|王某/);
    expect((await han.get('/audit?after=1')).body).toMatchObject({ entries: [{ seq: 2 }] });
    expect((await han.get('/audit?limit=0')).code).toBe('bad-field');
    for (const id of ['li', 'chief'])
      expect((await (await house.as(id)).get('/audit')).code).toBe('forbidden');
  });

  it('SE-51 outside the demo nobody else gets an answer', async () => {
    const house = await startHouse();
    const nobody = new Desk(house.rig.browser());
    expect(
      (await nobody.browser.ask('POST', '/commands', { id: 'x'.repeat(8), type: 'x', payload: {} })).code,
    ).toBe('not-signed-in');
    for (const path of ['/rulebook', '/evaluation', '/incidents/inc-1000/timeline'])
      expect((await nobody.get(path)).code).toBe('not-signed-in');
  });

  it('SY-50 the same id asked by the socket and by HTTP is done once', async () => {
    const house = await startHouse();
    const li = await house.as('li');
    const id = 'one-and-the-same';
    const answers = await Promise.all([
      li.emit('incident.create', fire, { id }),
      li.post('incident.create', fire, { id }),
    ]);
    expect(answers[0]).toEqual(answers[1]);
    expect(house.world.journal.entries).toHaveLength(1);
  });

  it('IN-45 bad text is refused with the whole command, nothing half-done', async () => {
    const house = await startHouse();
    const li = await house.as('li');
    await li.post('incident.create', fire);
    const { length } = house.world.journal.entries;
    for (const text of ['<img src=x onerror=alert(1)>', '王\u202e调度', '王\u200b调度', 'a\u0000b']) {
      const note = { incident: 'inc-1000', text };
      expect(await li.post('incident.note', note)).toEqual({
        ok: false,
        refusal: { code: 'bad-text', detail: 'text' },
      });
      expect(code(await li.emit('incident.note', note))).toBe('bad-text');
      expect(await li.post('incident.create', { ...fire, caller: { name: text } })).toEqual({
        ok: false,
        refusal: { code: 'bad-text', detail: 'caller.name' },
      });
    }
    expect(code(await li.post('incident.note', { incident: 'inc-1000', text: 'x'.repeat(5_000) }))).toBe(
      'bad-field',
    );
    expect(house.world.journal.entries).toHaveLength(length);
    expect(code(await li.post('incident.note', { incident: 'inc-1000', text: '高度 < 5 m' }))).toBe('done');
  });

  it('SE-46 SE-21 a note of a megabyte is turned away, and the next one taken', async () => {
    const house = await startHouse();
    const li = await house.as('li');
    await li.post('incident.create', fire);
    const text = '长'.repeat(1_000_000 / 3);
    const huge = { id: 'one-megabyte', type: 'incident.note', payload: { incident: 'inc-1000', text } };
    const answer = await li.browser.ask('POST', '/commands', huge);
    expect([answer.status, answer.code]).toEqual([413, 'body-too-large']);
    expect(JSON.stringify(answer.body)).not.toContain('长长');
    const socket = await li.connect();
    socket.emit('command', huge);
    await until(() => !socket.connected);
    expect(code(await li.post('incident.note', { incident: 'inc-1000', text: '已知悉' }))).toBe('done');
  });

  it.each([
    ['a case that is not there', 'incident.claim', { incident: 'inc-9999' }, 'not-found'],
    ['a case named like a part of every object', 'incident.claim', { incident: '__proto__' }, 'not-found'],
    [
      'a unit that is not there',
      'incident.dispatch',
      { incident: 'inc-1000', units: ['constructor'] },
      'unknown-object',
    ],
    ['a task that is not there', 'task.done', { incident: 'inc-1000', task: 'toString' }, 'not-found'],
    [
      'a department that is not there',
      'incident.transfer',
      { incident: 'inc-1000', department: 'x', reason: 'x' },
      'no-department',
    ],
    ['a place outside the city', 'incident.create', { ...fire, position: [0, 0] }, 'outside-city'],
    ['a command that is not there', 'incident.explode', {}, 'unknown-command'],
    ['a command named like a part of every object', 'constructor', {}, 'unknown-command'],
    ['no payload', 'incident.claim', null, 'bad-field'],
    [
      'too many units',
      'incident.dispatch',
      { incident: 'inc-1000', units: Array(61).fill('u-f1') },
      'bad-field',
    ],
    [
      'no hash of an attachment',
      'incident.note',
      { incident: 'inc-1000', text: 'x', attachments: ['../x'] },
      'bad-field',
    ],
    ['what is given by nobody', 'incident.verify', { incident: 'inc-1000', accepted: true }, 'wrong-stage'],
  ])('SE-20 %s is refused in words', async (_, type, payload, expected) => {
    const house = await startHouse();
    const sun = await house.as('sun');
    await sun.post('incident.create', fire);
    const { length } = house.world.journal.entries;
    expect(code(await sun.emit(type, payload))).toBe(expected);
    expect(code(await sun.post(type as never, payload as never))).toBe(expected);
    expect(house.world.journal.entries).toHaveLength(length);
    expect(house.rig.rig.log.errors).toEqual([]);
  });

  it('SE-20 what is no command at all is refused by its field', async () => {
    const house = await startHouse();
    const li = await house.as('li');
    for (const body of [
      [],
      'x',
      7,
      null,
      {},
      { id: 'short', type: 'x' },
      { id: 'x'.repeat(65), type: 'x' },
    ]) {
      const answer = await li.browser.ask('POST', '/commands', JSON.stringify(body));
      expect(answer.status).toBe(400);
      const socket = await li.connect();
      expect(await socket.timeout(2_000).emitWithAck('command', body)).toMatchObject({
        refusal: { code: 'bad-field' },
      });
    }
  });

  it('IN-41 a stale version loses and is told who won', async () => {
    const house = await startHouse();
    const [wang, zhao] = [await house.as('wang'), await house.as('zhao')];
    await wang.post('incident.create', fire);
    const expected = house.world.engine.records.get('incident', 'inc-1000')!.case.version;
    await zhao.emit('incident.dispatch', { incident: 'inc-1000', units: ['u-f1'] }, { expected });
    expect(
      await wang.emit('incident.dispatch', { incident: 'inc-1000', units: ['u-f2'] }, { expected }),
    ).toEqual({
      ok: false,
      refusal: { code: 'version-conflict', detail: '#1000, zhao' },
    });
  });

  it('SE-20 a flood of commands is paced, and others go on', async () => {
    const house = await startHouse();
    const [li, wang] = [await house.as('li'), await house.as('wang')];
    await li.emit('incident.create', fire);
    const flood = await Promise.all(
      Array.from({ length: 200 }, (_, n) => li.emit('incident.note', { incident: 'inc-1000', text: `${n}` })),
    );
    expect(flood.filter((a) => code(a) === 'rate-limited').length).toBeGreaterThanOrEqual(140);
    expect(flood.filter((a) => a.ok).length).toBeLessThanOrEqual(60);
    expect(code(await wang.emit('incident.claim', { incident: 'inc-1000' }))).toBe('done');
  });
});

describe('what a department sees', () => {
  it('SE-60 only the cases that concern it, by snapshot, by delta, and gone when handed on', async () => {
    const house = await startHouse();
    const [wang, firemen] = [await house.as('wang'), await house.as('fire')];
    await wang.post('incident.create', { channel: '110', category: 'crime.theft', position });
    await wang.post('incident.create', { channel: '119', category: 'fire.smoke', position });
    await firemen.connect();
    const seen = (): string[] => [...firemen.mirror.records.incident.keys()].sort();
    const upToDate = () => until(() => firemen.mirror.seq === house.world.engine.records.seq);
    await upToDate();
    expect(seen()).toEqual(['inc-1001']);
    await wang.post('incident.task', { incident: 'inc-1000', department: 'fire', title: '破拆' });
    await upToDate();
    expect(seen()).toEqual(['inc-1000', 'inc-1001']);
    await wang.post('incident.transfer', {
      incident: 'inc-1001',
      department: 'police',
      support: [],
      reason: '纵火案',
    });
    await upToDate();
    expect(seen()).toEqual(['inc-1000']);
    await wang.connect();
    expect([...wang.mirror.records.incident.keys()].sort()).toEqual(['inc-1000', 'inc-1001']);
  });

  it('SE-60 another’s case does not exist for it, whatever it asks', async () => {
    const house = await startHouse();
    const [wang, firemen] = [await house.as('wang'), await house.as('fire')];
    await wang.post('incident.create', {
      channel: '110',
      category: 'crime.theft',
      position,
      title: '金店被盗',
    });
    await wang.post('incident.dispatch', { incident: 'inc-1000', units: ['u-p1'] });
    for (const path of ['recommendation', 'routes', 'route/u-p1', 'timeline']) {
      const [theirs, none] = [
        await firemen.get(`/incidents/inc-1000/${path}`),
        await firemen.get(`/incidents/inc-9999/${path}`),
      ];
      expect([path, theirs.status, theirs.code]).toEqual([path, 404, 'not-found']);
      expect([none.status, none.code]).toEqual([theirs.status, theirs.code]);
      expect((await wang.get(`/incidents/inc-1000/${path}`)).status).toBe(200);
    }
    expect((await firemen.get('/records/incident/inc-1000')).status).toBe(404);
    expect((await firemen.get('/records/incident')).body).toMatchObject({ total: 0 });
    expect((await firemen.get(`/search?q=${encodeURIComponent('金店')}`)).body).toMatchObject({ hits: [] });
    expect((await firemen.attach('inc-1000', png())).status).toBe(404);
    for (const incident of ['inc-1000', 'inc-9999'])
      expect(await firemen.post('incident.note', { incident, text: '到场' })).toEqual({
        ok: false,
        refusal: { code: 'not-found' },
      });
  });

  it('SE-63 the address once its crew is sent, the callers never', async () => {
    const house = await startHouse();
    const [li, wang, firemen] = [await house.as('li'), await house.as('wang'), await house.as('fire')];
    await li.post('incident.create', {
      ...fire,
      address: '人民路 5 号 2 单元 502 室',
      caller: { name: '张三', phone: '13800138000' },
    });
    const address = async (): Promise<unknown> => {
      const { body } = await firemen.get('/records/incident/inc-1000');
      expect(JSON.stringify(body)).not.toMatch(/张三|13800138000/);
      return (body as { address: string }).address;
    };
    expect(await address()).not.toContain('502');
    await wang.post('incident.dispatch', { incident: 'inc-1000', units: ['u-f1'] });
    expect(await address()).toBe('人民路 5 号 2 单元 502 室');
  });

  it('SE-61 revealing answers the caller to who asks, and the journal keeps who, why and from where', async () => {
    const house = await startHouse();
    const [li, firemen, qian] = [await house.as('li'), await house.as('fire'), await house.as('qian')];
    await li.post('incident.create', { ...fire, caller: { phone: '13800138000' } });
    expect(code(await firemen.post('incident.reveal', { incident: 'inc-1000' } as never))).toBe('bad-field');
    expect(code(await qian.post('incident.reveal', { incident: 'inc-1000', reason: '好奇' }))).toBe(
      'not-allowed',
    );
    const answer = await firemen.post('incident.reveal', { incident: 'inc-1000', reason: '找不到入口' });
    expect(answer).toMatchObject({ ok: true, result: { revealed: { callers: [{ phone: '13800138000' }] } } });
    expect(house.world.journal.entries.at(-1)).toMatchObject({
      type: 'incident.revealed',
      actor: 'user:fire',
      payload: { reason: '找不到入口', by: { id: 'fire', from: expect.stringMatching(/127\.0\.0\.1/) } },
    });
    const timeline = (await li.get('/incidents/inc-1000/timeline')).body as {
      entries: { type: string; text?: string }[];
    };
    expect(timeline.entries.at(-1)).toMatchObject({ type: 'incident.revealed', text: '找不到入口' });
  });
});

describe('presence', () => {
  it('says who looks at which case to all who work, and goes with the screen', async () => {
    const house = await startHouse();
    const [wang, zhao, qian] = [await house.as('wang'), await house.as('zhao'), await house.as('qian')];
    await wang.post('incident.create', fire);
    const socket = await wang.connect();
    await Promise.all([zhao.connect(), qian.connect()]);
    expect(code(await wang.emit('presence.view', { incident: 'inc-1000' }))).toBe('done');
    const looking = () => [...zhao.mirror.records.presence.values()].filter((p) => p.user === 'wang');
    await until(() => looking()[0]?.incident === 'inc-1000');
    // Saying hello again, as after a gap, does not look away.
    socket.emit('hello', { protocol: PROTOCOL });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(looking()[0]).toMatchObject({ incident: 'inc-1000', role: 'dispatcher', name: 'wang' });
    expect(qian.mirror.records.presence.size).toBe(0);
    expect(code(await wang.emit('presence.view', { incident: 7 }))).toBe('bad-field');
    socket.close();
    await until(() => looking().length === 0);
    expect(house.world.journal.entries).toHaveLength(1);
  });
});

describe('orders over HTTP', () => {
  it('DI-14 SE-10 are for terminals that show their feed’s token', async () => {
    const house = await startHouse();
    const wang = await house.as('wang');
    await wang.post('incident.create', fire);
    await wang.post('incident.dispatch', { incident: 'inc-1000', units: ['u-f1'] });
    const ask = async (query: string, token = TOKEN) => {
      const res = await fetch(`${house.rig.rig.url}/api/v1/orders?${query}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return [res.status, (await res.json()) as { version: number; orders: { unit: string }[] }] as const;
    };
    const [status, { orders, version }] = await ask('feed=mixed');
    expect([status, orders.map((o) => o.unit)]).toEqual([200, ['u-f1']]);
    const waits = ask(`feed=mixed&after=${version}`);
    await wang.post('incident.dispatch', { incident: 'inc-1000', units: ['u-f2'] });
    expect((await waits)[1].orders.map((o) => o.unit)).toEqual(['u-f1', 'u-f2']);
    expect((await ask('feed=mixed', 'wrong-token-of-a-feed'))[0]).toBe(401);
    expect((await ask('feed=nobody'))[0]).toBe(404);
    expect((await ask('feed=cars'))[0]).toBe(403);
    expect((await ask('feed=mixed&after=x'))[0]).toBe(400);
    expect(
      (
        await fetch(`${house.rig.rig.url}/api/v1/orders?feed=mixed`, {
          headers: { cookie: wang.browser.cookie },
        })
      ).status,
    ).toBe(401);
  });
});

describe('questions about cases', () => {
  it.each([
    ['/incidents/inc-1000/recommendation?level=0', 400],
    ['/incidents/inc-1000/recommendation?level=x', 400],
    ['/incidents/inc-1000/recommendation?level=2', 200],
    ['/evaluation?days=0', 400],
    ['/evaluation?days=1e9', 400],
    ['/evaluation', 200],
    ['/rulebook', 200],
    ['/incidents/%2e%2e/timeline', 404],
    ['/incidents/__proto__/timeline', 404],
  ])('RE-5 %s: %d', async (path, status) => {
    const house = await startHouse();
    const li = await house.as('li');
    await li.post('incident.create', fire);
    const answer = await li.get(path);
    expect(answer.status).toBe(status);
    expect(answer.code !== undefined).toBe(status !== 200);
  });
});
