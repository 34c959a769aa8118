/** What a person does to alarms: one function for the button, the key and the command line. */
import { SHELVE_DEFAULT_MIN, type AlarmRecord } from '../../server/contract/alarms.ts';
import { roleNames, type Role } from '../../server/contract/roles.ts';
import { textIn } from '../../server/contract/text.ts';
import { me } from '../account/me.ts';
import { select, theDock, useDesk } from '../desk/desk.ts';
import { done, refused, type Outcome } from '../desk/outcome.ts';
import { give, type Given } from '../dispatch/give.ts';
import { acts, escalatesTo, offersFor, type ActKind } from './acts.ts';
import { codeOf } from './alarm-state.ts';
import { askForAct, changeFilter, clearMarks, closeAsk, useAlarmView } from './alarm-view.ts';
import { noAlarmFilter, type AlarmShow } from './filter.ts';
import { alarmOfId, meantAlarmIds, ownerOf, ruleOf } from './shown.ts';
import { isMuted, setMuted } from './sound-setting.ts';

/** Ids; those that are meant where none are named. */
type Alarms = readonly string[] | undefined;

export interface AlarmDeeds {
  acknowledge(alarms: Alarms): Promise<Outcome>;
  shelve(alarms: Alarms, minutes: number | undefined, reason: string): Promise<Outcome>;
  unshelve(alarms: Alarms): Promise<Outcome>;
  alarmService(alarms: Alarms, inService: boolean, reason?: string): Promise<Outcome>;
  escalate(alarms: Alarms, to?: Role, reason?: string): Promise<Outcome>;
  /** One incident of all of them, which is then the case on the screen. */
  toIncident(alarms: Alarms): Promise<Outcome>;
  /** Asks for the words that an act needs, beside the alarms it is about. */
  askAct(kind: ActKind): Outcome;
  openAlarm(alarms: Alarms): Outcome;
  showAlarms(show: AlarmShow | 'mine' | 'map'): Outcome;
  alarmSound(to: 'on' | 'off' | undefined): Outcome;
}

/** As many as one command takes. */
const AT_ONCE = 500;

const recordsOf = (alarms: Alarms): readonly AlarmRecord[] =>
  (alarms ?? meantAlarmIds()).map(alarmOfId).filter((a) => a !== undefined);

/** One by its code and name, several by their number. */
function about(alarms: readonly AlarmRecord[]): { readonly alarms: string } {
  const { language } = useDesk.getState();
  const [first] = alarms;
  if (!first) return { alarms: '' };
  const codes = alarms.slice(0, 3).map(codeOf).join(', ');
  if (alarms.length === 1) return { alarms: `${codeOf(first)} ${textIn(first.name, language)}` };
  if (alarms.length <= 3) return { alarms: codes };
  return {
    alarms: language === 'zh-CN' ? `${codes} 等 ${alarms.length} 条` : `${codes} … (${alarms.length})`,
  };
}

/** Runs on those of the meant alarms to which it can be done; says why where there are none. */
async function act(
  kind: ActKind,
  alarms: Alarms,
  run: (ids: string[], params: { readonly alarms: string }) => Promise<Outcome>,
): Promise<Outcome> {
  const meant = recordsOf(alarms);
  if (meant.length === 0) return refused('cmd.noAlarmSelected');
  const offer = offersFor(meant, me(), ownerOf).find((o) => o.kind === kind);
  // What the screen would not offer is left to the server to refuse, with its own words.
  const fitting = offer && !offer.blocked ? offer.alarms : meant;
  if (fitting === meant && kind === 'acknowledge' && !meant.some(acts.acknowledge.fits))
    return refused('cmd.alarmsAcknowledged', about(meant));
  let outcome: Outcome = done();
  for (let i = 0; i < fitting.length; i += AT_ONCE) {
    const part = fitting.slice(i, i + AT_ONCE).map((a) => a.id);
    outcome = await run(part, about(fitting));
    if (!outcome.ok) return outcome;
  }
  closeAsk();
  if (alarms === undefined) clearMarks();
  return outcome;
}

function showDetails(): void {
  useDesk.setState({ panelsShown: true });
  theDock()?.open('details');
}

export const alarmDeeds: AlarmDeeds = {
  acknowledge: (alarms) =>
    act('acknowledge', alarms, (ids, params) =>
      give('alarm.acknowledge', { alarms: ids }, { key: 'did.ack', params }),
    ),
  shelve: (alarms, minutes = SHELVE_DEFAULT_MIN, reason) =>
    act('shelve', alarms, (ids, params) =>
      give(
        'alarm.shelve',
        { alarms: ids, minutes, reason },
        { key: 'did.shelve', params: { ...params, minutes } },
      ),
    ),
  unshelve: (alarms) =>
    act('unshelve', alarms, (ids, params) =>
      give('alarm.unshelve', { alarms: ids }, { key: 'did.unshelve', params }),
    ),
  alarmService: (alarms, inService, reason) =>
    act(inService ? 'enable' : 'disable', alarms, (ids, params) =>
      give(
        'alarm.service',
        { alarms: ids, inService, reason },
        { key: inService ? 'did.enable' : 'did.disable', params },
      ),
    ),
  escalate: (alarms, to, reason) =>
    act('escalate', alarms, (ids, params) => {
      const first = alarmOfId(ids[0]!);
      const role = to ?? (first ? escalatesTo(first, ruleOf(first.rule)) : 'supervisor');
      const name = textIn(roleNames[role], useDesk.getState().language);
      const said = { key: 'did.escalate', params: { ...params, role: name } } as const;
      return give('alarm.escalate', { alarms: ids, to: role, reason }, said);
    }),
  async toIncident(alarms) {
    const meant = recordsOf(alarms);
    const [only] = meant;
    if (meant.length === 1 && only) {
      const there = only.incident?.id ?? (only.subject.kind === 'incident' ? only.subject.id : undefined);
      if (there !== undefined) {
        select({ kind: 'incident', id: there });
        showDetails();
        return done();
      }
    }
    return act('incident', alarms, async (ids, params) => {
      const given: Given = await give('alarm.incident', { alarms: ids }, (result) => ({
        key: 'did.alarmIncident',
        params: { ...params, number: result.number ?? '' },
      }));
      const made = given.ok ? given.result?.incident : undefined;
      if (made !== undefined) {
        select({ kind: 'incident', id: made });
        showDetails();
      }
      return given;
    });
  },
  askAct(kind) {
    const meant = recordsOf(undefined);
    if (meant.length === 0) return refused('cmd.noAlarmSelected');
    const offer = offersFor(meant, me(), ownerOf).find((o) => o.kind === kind);
    if (!offer) return refused('cmd.alarmNotNow', about(meant));
    if (offer.blocked) return refused(offer.blocked);
    askForAct(
      kind,
      offer.alarms.map((a) => a.id),
    );
    const [first, second] = offer.alarms;
    // The card asks for one, the list for several.
    if (first && !second) return alarmDeeds.openAlarm([first.id]);
    useDesk.setState({ panelsShown: true });
    theDock()?.open('alarms');
    return done();
  },
  openAlarm(alarms) {
    const [first] = recordsOf(alarms);
    if (!first) return refused('cmd.noAlarmSelected');
    select({ kind: 'alarm', id: first.id });
    showDetails();
    return done();
  },
  showAlarms(show) {
    if (show === 'mine') useAlarmView.setState({ filter: { ...noAlarmFilter, mine: true } });
    else if (show === 'map') useAlarmView.setState({ filter: { ...noAlarmFilter, area: 'map' } });
    else {
      useAlarmView.setState({ filter: noAlarmFilter });
      changeFilter({ show });
    }
    useDesk.setState({ panelsShown: true });
    theDock()?.open('alarms');
    return done();
  },
  alarmSound(to) {
    const muted = to === undefined ? !isMuted() : to === 'off';
    setMuted(muted);
    return done(muted ? 'cmd.sound.off' : 'cmd.sound.on');
  },
};
