/** When an alarm is heard, and what a person can mute. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useAccount } from '../../../client/account/me.ts';
import {
  decideSound,
  EMERGENCY_AGAIN_MS,
  type Heard,
  type SoundSetting,
} from '../../../client/alarms/sound-decision.ts';
import { isMuted, setMuted, useSoundSetting } from '../../../client/alarms/sound-setting.ts';
import type { AlarmRecord } from '../../../server/contract/alarms.ts';
import { anAlarm } from './records.ts';

const kept = vi.hoisted(() => {
  const items = new Map<string, string>();
  vi.stubGlobal('location', { search: '', href: 'http://screen/' });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
  });
  return items;
});

/** A screen that was there before anything rang, and looks at these pictures one after the other. */
class Ear {
  private heard: Heard | null = decideSound(null, [], this.setting(0)).heard;
  at(ms: number, alarms: readonly AlarmRecord[], part: Partial<SoundSetting> = {}): number | null {
    const decided = decideSound(this.heard, alarms, { ...this.setting(ms), ...part });
    this.heard = decided.heard;
    return decided.play;
  }
  private setting(nowMs: number): SoundSetting {
    return { nowMs, muted: false, flood: false, ready: true };
  }
}

describe('what rings', () => {
  it('UI-150 is heard once, by its priority', () => {
    const ear = new Ear();
    expect(ear.at(1_000, [anAlarm(1)])).toBe(2);
    expect(ear.at(3_000, [anAlarm(1)])).toBeNull();
    expect(ear.at(5_000, [anAlarm(1), anAlarm(2, { priority: 3 })])).toBe(3);
  });

  it('UI-150 is not heard where it rang before the screen came', () => {
    const first = decideSound(null, [anAlarm(1)], { nowMs: 0, muted: false, flood: false, ready: true });
    expect(first).toMatchObject({ play: null, rung: [] });
    const then = decideSound(first.heard, [anAlarm(1)], {
      nowMs: 9_000,
      muted: false,
      flood: false,
      ready: true,
    });
    expect(then.play).toBeNull();
  });

  it.each<[string, Partial<AlarmRecord>]>([
    ['explained by another', { parent: 'slow:l9' }],
    ['acknowledged', { state: 'acknowledged' }],
    ['over', { state: 'returned', active: false }],
    ['shelved', { state: 'shelved' }],
    ['suppressed', { state: 'suppressed' }],
    ['out of service', { state: 'out-of-service' }],
  ])('UI-150 is not heard while it is %s, and is once it calls by itself', (_what, part) => {
    const ear = new Ear();
    const { parent: _parent, ...itself } = anAlarm(1);
    expect(ear.at(1_000, [anAlarm(1, part)])).toBeNull();
    expect(ear.at(5_000, [itself])).toBe(2);
  });

  it('UI-150 is the same call while it chatters, and a new one after it was acknowledged', () => {
    const ear = new Ear();
    expect(ear.at(1_000, [anAlarm(1)])).toBe(2);
    expect(ear.at(3_000, [anAlarm(1, { state: 'returned', active: false })])).toBeNull();
    expect(ear.at(5_000, [anAlarm(1, { count: 2, lastRaisedAtMs: 4_500 })])).toBeNull();
    expect(ear.at(7_000, [anAlarm(1, { count: 2, state: 'acknowledged' })])).toBeNull();
    expect(ear.at(9_000, [anAlarm(1, { count: 3, lastRaisedAtMs: 8_500 })])).toBe(2);
  });

  it('UI-150 is one sound a second, the most urgent; what is more urgent than the last waits its turn', () => {
    const ear = new Ear();
    const low = [1, 2, 3].map((n) => anAlarm(n, { priority: 3 }));
    expect(ear.at(1_000, [...low, anAlarm(4)])).toBe(2);
    const all = [...low, anAlarm(4), anAlarm(5, { priority: 1 }), anAlarm(6)];
    expect(ear.at(1_300, all)).toBeNull();
    expect(ear.at(2_000, all)).toBe(1);
    expect(ear.at(3_000, all)).toBeNull();
    const other = new Ear();
    expect(other.at(1_000, low)).toBe(3);
    expect(other.at(1_300, [...low, anAlarm(4)])).toBeNull();
    expect(other.at(2_000, [...low, anAlarm(4)])).toBe(2);
  });

  it('UI-150 tells what rang, the most urgent first', () => {
    const { rung } = decideSound(
      { known: new Set(['slow:l1']), lastMs: 0, lastEmergencyMs: 0, waiting: null },
      [anAlarm(1), anAlarm(2, { priority: 3 }), anAlarm(3, { priority: 1 })],
      { nowMs: 5_000, muted: true, flood: false, ready: false },
    );
    expect(rung.map((a) => a.number)).toEqual([3, 2]);
  });

  it('UI-150 is silent while low and a flood is on', () => {
    const ear = new Ear();
    expect(ear.at(1_000, [anAlarm(1, { priority: 3 })], { flood: true })).toBeNull();
    expect(ear.at(3_000, [anAlarm(1, { priority: 3 }), anAlarm(2)], { flood: true })).toBe(2);
  });
});

describe('an emergency', () => {
  const emergency = anAlarm(1, { priority: 1 });
  it('UI-151 is heard every ten seconds until somebody acknowledges it', () => {
    const ear = new Ear();
    const heard = [0, 5_000, 9_999, 10_000, 15_000, 20_000].filter(
      (ms) => ear.at(100_000 + ms, [emergency]) === 1,
    );
    expect(heard).toEqual([0, 10_000, 20_000]);
    expect(ear.at(135_000, [anAlarm(1, { priority: 1, state: 'acknowledged' })])).toBeNull();
    expect(EMERGENCY_AGAIN_MS).toBe(10_000);
  });

  it('UI-151 is heard at once by a screen that has just come, and where another alarm explains it', () => {
    const setting = { nowMs: 50_000, muted: false, flood: false, ready: true };
    expect(decideSound(null, [emergency], setting).play).toBe(1);
    expect(new Ear().at(1_000, [anAlarm(1, { priority: 1, parent: 'slow:l2' })])).toBe(1);
  });

  it('UI-151 is not muted; everything else is', () => {
    const ear = new Ear();
    expect(ear.at(1_000, [anAlarm(2)], { muted: true })).toBeNull();
    expect(ear.at(3_000, [anAlarm(2), emergency], { muted: true })).toBe(1);
    // What was muted is not made up for.
    expect(ear.at(6_000, [anAlarm(2), emergency])).toBeNull();
  });

  it('UI-151 is heard once the browser allows it; nothing else is made up for', () => {
    const ear = new Ear();
    const all = [anAlarm(2), emergency];
    expect(ear.at(1_000, all, { ready: false })).toBeNull();
    expect(ear.at(2_000, all)).toBe(1);
    const other = new Ear();
    expect(other.at(1_000, [anAlarm(2)], { ready: false })).toBeNull();
    expect(other.at(2_000, [anAlarm(2)])).toBeNull();
  });

  it('UI-151 that is over before its turn is not heard', () => {
    const ear = new Ear();
    expect(ear.at(1_000, [anAlarm(2)])).toBe(2);
    expect(ear.at(1_200, [anAlarm(2), emergency])).toBeNull();
    expect(ear.at(2_500, [anAlarm(2)])).toBeNull();
  });
});

describe('muting', () => {
  const signIn = (id: string | null): void =>
    useAccount.setState({ person: id === null ? null : { id, name: id, role: 'dispatcher' } });
  beforeEach(() => {
    kept.clear();
    useSoundSetting.setState({ chosen: new Map() });
  });
  it('UI-152 is one person’s on one machine, and stays', () => {
    signIn('wang');
    expect(isMuted()).toBe(false);
    setMuted(true);
    expect(isMuted()).toBe(true);
    signIn('li');
    expect(isMuted()).toBe(false);
    signIn('wang');
    // As after a reload: only what was stored is left.
    useSoundSetting.setState({ chosen: new Map() });
    expect(isMuted()).toBe(true);
    setMuted(false);
    useSoundSetting.setState({ chosen: new Map() });
    expect(isMuted()).toBe(false);
  });
  it('UI-152 holds while the page is open where the browser stores nothing', () => {
    signIn('wang');
    setMuted(true);
    kept.clear();
    expect(isMuted()).toBe(true);
  });
});
