import { describe, expect, it } from 'vitest';
import { png, position, startHouse } from '../../support/case-house.ts';

describe('attachments', () => {
  const withCase = async () => {
    const house = await startHouse();
    const [li, firemen, police] = [await house.as('li'), await house.as('fire'), await house.as('police')];
    await li.post('incident.create', { channel: '119', category: 'fire.smoke', position });
    return { house, li, firemen, police };
  };

  it('SE-62 are given to who may see a case they were noted on, as what they are and never as a page', async () => {
    const { house, li, firemen, police } = await withCase();
    const { status, sha } = await li.attach('inc-1000', png());
    expect(status).toBe(201);
    const path = `/api/v1/attachments/${sha}`;
    // Until a note names it, it belongs to no case.
    expect((await li.fetch(path)).status).toBe(404);
    await li.post('incident.note', { incident: 'inc-1000', text: '现场照片', attachments: [sha] });
    for (const desk of [li, firemen]) {
      const res = await desk.fetch(path);
      expect(res.status).toBe(200);
      expect(res.headers.get('content-type')).toBe('image/png');
      expect(res.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
      expect(res.headers.get('x-content-type-options')).toBe('nosniff');
      expect(res.headers.get('cache-control')).toContain('private');
      expect(new Uint8Array(await res.arrayBuffer())).toEqual(png());
    }
    const [qian, chief] = [await house.as('qian'), await house.as('chief')];
    for (const desk of [police, qian, chief]) expect((await desk.fetch(path)).status).toBe(404);
  });

  it.each([
    ['a page that says it is a picture', Buffer.from('<html><script>alert(1)</script>'), 'image/png', 415],
    ['a page', Buffer.from('<html>'), 'text/html', 415],
    ['an SVG', Buffer.from('<svg onload="alert(1)"/>'), 'image/svg+xml', 415],
    ['nothing', Buffer.from(''), 'image/png', 415],
    ['a program', Buffer.from('MZ\u0090'), 'application/pdf', 415],
    ['more than 5 MB', png(5 * 1024 * 1024 + 1), 'image/png', 413],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg', 201],
    ['a WebP', Buffer.from('RIFF\u0000\u0000\u0000\u0000WEBPVP8 '), 'image/webp', 201],
    ['a PDF', Buffer.from('%PDF-1.7'), 'application/pdf', 201],
    ['a picture under another picture’s name', png(), 'image/jpeg', 201],
  ])('SE-62 %s: what counts are the first bytes', async (_, bytes, type, status) => {
    const { li } = await withCase();
    const sent = await li.attach('inc-1000', bytes, type);
    expect(sent.status).toBe(status);
    if (status !== 201) return;
    await li.post('incident.note', { incident: 'inc-1000', text: '附件', attachments: [sent.sha] });
    const res = await li.fetch(`/api/v1/attachments/${sent.sha}`);
    expect(res.headers.get('content-type')).toBe(bytes[0] === 0x89 ? 'image/png' : type);
    expect(res.headers.get('content-disposition')).toBe(type === 'application/pdf' ? 'attachment' : 'inline');
  });

  it('SE-62 nobody attaches to what they may not see, or without the right; a packed body is not unpacked', async () => {
    const { house, li, police } = await withCase();
    const [qian, chief] = [await house.as('qian'), await house.as('chief')];
    expect((await police.attach('inc-1000', png())).status).toBe(404);
    expect((await li.attach('inc-9999', png())).status).toBe(404);
    for (const desk of [qian, chief]) expect((await desk.attach('inc-1000', png())).status).toBe(403);
    const { csrf } = li.browser;
    li.browser.csrf = 'guessed';
    expect((await li.attach('inc-1000', png())).status).toBe(403);
    li.browser.csrf = csrf;
    const packed = await fetch(`${li.browser.url}/api/v1/incidents/inc-1000/attachments`, {
      method: 'POST',
      headers: {
        cookie: li.browser.cookie,
        'x-csrf-token': csrf!,
        'content-type': 'image/png',
        'content-encoding': 'gzip',
      },
      body: png() as BodyInit,
    });
    expect([packed.status, ((await packed.json()) as { error: { code: string } }).error.code]).toEqual([
      415,
      'bad-encoding',
    ]);
  });

  it.each([
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e',
    'a'.repeat(64),
    `${'a'.repeat(64)}%00`,
    '__proto__',
    'A'.repeat(64),
  ])('SE-62 asked for by “%s”, there is none', async (name) => {
    const { li } = await withCase();
    const res = await li.fetch(`/api/v1/attachments/${name}`);
    expect(res.status).toBe(404);
    expect(await res.text()).not.toMatch(/root:|\.ts/);
  });
});
