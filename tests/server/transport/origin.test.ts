import { describe, expect, it } from 'vitest';
import { originAllowed } from '../../../server/transport/origin.ts';

const configured = ['https://wall.example'];

describe('origin of a page', () => {
  it.each([
    ['a program has none', undefined, 'city.example', true],
    ['our own page', 'http://city.example', 'city.example', true],
    ['our own page behind TLS', 'https://city.example', 'city.example', true],
    ['our own page on a port', 'http://127.0.0.1:8080', '127.0.0.1:8080', true],
    ['our own page, written in capitals by a proxy', 'http://city.example', 'City.Example', true],
    ['our own page by IPv6', 'http://[::1]:8080', '[::1]:8080', true],
    ['a configured page', 'https://wall.example', 'city.example', true],
    ['a configured page over another scheme', 'http://wall.example', 'city.example', false],
    ['a page elsewhere', 'https://evil.example', 'city.example', false],
    ['another port of this machine', 'http://127.0.0.1:3000', '127.0.0.1:8080', false],
    ['a name that only begins like ours', 'http://city.example.evil.example', 'city.example', false],
    ['a name that only ends like ours', 'http://evilcity.example', 'city.example', false],
    ['a user name that looks like ours', 'http://city.example@evil.example', 'city.example', false],
    ['a sandboxed frame', 'null', 'city.example', false],
    ['a file', 'file://', 'city.example', false],
    ['what is no address', '%%%', 'city.example', false],
    ['nothing at all', '', 'city.example', false],
    ['a request without a host', 'http://city.example', undefined, false],
  ])('SE-5 %s', (_, origin, host, allowed) => {
    const headers = { ...(origin === undefined ? {} : { origin }), ...(host === undefined ? {} : { host }) };
    expect(originAllowed({ headers }, configured)).toBe(allowed);
  });
});
