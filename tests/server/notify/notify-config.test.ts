import { describe, expect, it } from 'vitest';
import { PRIVATE_NETWORKS } from '../../../server/notify/addresses.ts';
import { DEMO_SECRET, parseNotify } from '../../../server/notify/notify-config.ts';

const SECRET = 'a-secret-of-thirty-two-letters-or-more';
const env = { HOOK_SECRET: SECRET, HOOK_URL: 'https://hooks.example.org/k', MAIL: 'smtp://mail.example.org' };
const hook = (more: object = {}): object => ({
  id: 'chat',
  url: 'https://hooks.example.org/in',
  secret: { secretEnv: 'HOOK_SECRET' },
  ...more,
});
const email = (more: object = {}): object => ({
  url: 'smtps://city:p%40ss@mail.example.org',
  from: 'alarms@city.example.org',
  recipients: [{ id: 'chiefs', to: ['chief@city.example.org'], language: 'en-US' }],
  ...more,
});
const whole = (more: object = {}): object => ({
  webhooks: [hook()],
  email: email(),
  routes: [{ to: ['chat', 'chiefs', 'chat'], priorities: [1] }],
  ...more,
});
const problems = (file: unknown, demo = false): string => {
  const parsed = parseNotify(file, env, demo);
  return parsed.ok ? '' : parsed.error.join('\n');
};

describe('notification configuration', () => {
  it('AL-147 resolves secrets, addresses and targets', () => {
    expect(parseNotify(whole(), env, false)).toEqual({
      ok: true,
      value: {
        webhooks: [{ id: 'chat', url: 'https://hooks.example.org/in', secret: SECRET, language: 'zh-CN' }],
        email: {
          host: 'mail.example.org',
          port: 465,
          secure: true,
          auth: { user: 'city', pass: 'p@ss' },
          from: 'alarms@city.example.org',
          recipients: [{ id: 'chiefs', to: ['chief@city.example.org'], language: 'en-US' }],
        },
        routes: [
          {
            to: [
              { target: 'chat', channel: 'webhook' },
              { target: 'chiefs', channel: 'email' },
            ],
            priorities: [1],
          },
        ],
        allow: [],
      },
    });
  });

  it('AL-147 takes addresses from the environment, and private networks where they are opened', () => {
    const file = {
      webhooks: [
        hook({ url: { urlEnv: 'HOOK_URL' } }),
        hook({ id: 'inner', url: 'http://10.2.3.4/hook' }),
        hook({ id: 'named', url: 'http://gateway.city/hook' }),
      ],
      email: email({ url: { urlEnv: 'MAIL' } }),
      routes: [],
      allowPrivate: ['10.2.0.0/16'],
    };
    expect(parseNotify(file, env, false)).toMatchObject({
      ok: true,
      value: {
        webhooks: [{ url: env.HOOK_URL }, { id: 'inner' }, { id: 'named' }],
        email: { host: 'mail.example.org', port: 587, secure: false },
        allow: ['10.2.0.0/16'],
      },
    });
    expect(parseNotify({ ...file, allowPrivate: true }, env, false)).toMatchObject({
      value: { allow: PRIVATE_NETWORKS },
    });
  });

  it.each([
    ['no list at all', [], 'notify'],
    ['a field nobody knows', whole({ webhook: [] }), 'webhook'],
    [
      'a secret that is not set',
      whole({ webhooks: [hook({ secret: { secretEnv: 'NOWHERE' } })] }),
      'webhooks.0 (chat).secret: the environment variable NOWHERE is not set',
    ],
    [
      'an address that is not set',
      whole({ webhooks: [hook({ url: { urlEnv: 'NOWHERE' } })] }),
      'webhooks.0 (chat).url: the environment variable NOWHERE',
    ],
    [
      'a short secret',
      whole({ webhooks: [hook({ secret: 'short' })] }),
      'webhooks.0 (chat).secret: must have at least 32 characters',
    ],
    [
      'the demo secret',
      whole({ webhooks: [hook({ secret: DEMO_SECRET })] }),
      'webhooks.0 (chat).secret: the demo secret',
    ],
    [
      'an id that is used twice',
      whole({ webhooks: [hook(), hook()] }),
      'webhooks.1 (chat).id: is used twice',
    ],
    [
      'an id that is used twice across channels',
      whole({ webhooks: [hook({ id: 'chiefs' })] }),
      'email.recipients.0 (chiefs).id: is used twice',
    ],
    ['a route to nobody', whole({ routes: [{ to: ['fax'] }] }), 'routes.0.to: there is no target “fax”'],
    ['a route without targets', whole({ routes: [{ to: [] }] }), 'routes.0.to'],
    [
      'a priority that does not exist',
      whole({ routes: [{ to: ['chat'], priorities: [4] }] }),
      'routes.0.priorities',
    ],
    ['a role that does not exist', whole({ routes: [{ to: ['chat'], roles: ['mayor'] }] }), 'routes.0.roles'],
    [
      'plain http',
      whole({ webhooks: [hook({ url: 'http://hooks.example.org/' })] }),
      'webhooks.0 (chat).url: has to use https',
    ],
    [
      'plain http to a public address',
      whole({ webhooks: [hook({ url: 'http://8.8.8.8/' })], allowPrivate: true }),
      'has to use https',
    ],
    [
      'credentials in the address',
      whole({ webhooks: [hook({ url: 'https://u:p@hooks.example.org/' })] }),
      'must not carry a user',
    ],
    ['no web address', whole({ webhooks: [hook({ url: 'ftp://hooks.example.org/' })] }), 'Not a valid http'],
    [
      'an inner address',
      whole({ webhooks: [hook({ url: 'https://[::ffff:10.0.0.1]/' })] }),
      'leads to an inner',
    ],
    ['an inner address in hex', whole({ webhooks: [hook({ url: 'https://0x7f.1/' })] }), 'leads to an inner'],
    [
      'the metadata address, whatever is opened',
      whole({ webhooks: [hook({ url: 'http://169.254.169.254/' })], allowPrivate: true }),
      'leads to an inner',
    ],
    ['no network', whole({ allowPrivate: ['office'] }), 'allowPrivate.0: not a network'],
    [
      'no mail server',
      whole({ email: email({ url: 'https://mail.example.org' }) }),
      'email.url: must be smtp',
    ],
    [
      'options behind the mail server',
      whole({ email: email({ url: 'smtp://mail.example.org/?tls.rejectUnauthorized=false' }) }),
      'email.url: nothing may follow',
    ],
    [
      'an inner mail server',
      whole({ email: email({ url: 'smtp://127.0.0.1' }) }),
      'email.url: leads to an inner',
    ],
    ['a sender that is no address', whole({ email: email({ from: 'city\r\nBcc: x@y.org' }) }), 'email.from'],
    [
      'a recipient that is no address',
      whole({ email: email({ recipients: [{ id: 'a', to: ['a@b.org, c@d.org'] }] }) }),
      'email.recipients.0.to.0',
    ],
  ])('AL-147 refuses %s, and says where', (_what, file, sentence) => {
    expect(problems(file)).toContain(sentence);
  });

  it('AL-147 the demo takes its own secret, and no other short one', () => {
    expect(problems(whole({ webhooks: [hook({ secret: DEMO_SECRET })] }), true)).toBe('');
    expect(problems(whole({ webhooks: [hook({ secret: 'short' })] }), true)).toContain('at least 32');
  });

  it('AL-147 names no secret in what it says', () => {
    const said = problems({
      webhooks: [
        hook({ url: 'https://u:hidden-one@x.org/', secret: 'hidden-two' }),
        hook({ id: 'b', url: 'http://x.org/hidden-three' }),
        hook({ id: 'c', url: { urlEnv: 'HOOK_URL', more: 'hidden-four' } }),
      ],
      email: email({ url: 'smtp://u:hidden-five@10.0.0.1' }),
      routes: [],
    });
    expect(said.length).toBeGreaterThan(20);
    expect(said).not.toContain('hidden');
    expect(problems(whole({ email: email({ url: 'smtp://u:hidden%ZZ@x.org' }) }))).toBe(
      'email.url: user and password have to be percent-encoded',
    );
  });
});
