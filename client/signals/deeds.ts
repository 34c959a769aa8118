/** What a person does to signals, green waves and special plans: one function for the button, the key and the command line. */
import type { CommandPayloads } from '../../server/contract/commands.ts';
import type { District } from '../../server/contract/city-pack.ts';
import type { ControlRecord, SignalMode, SpecialPlanRecord } from '../../server/contract/signal-control.ts';
import { mayDo } from '../../server/contract/rights.ts';
import { textIn, type LocalText } from '../../server/contract/text.ts';
import { me } from '../account/me.ts';
import { cityMap, flyTo, select, session, theDock, useDesk } from '../desk/desk.ts';
import { done, refused, type Outcome } from '../desk/outcome.ts';
import { give } from '../dispatch/give.ts';
import { translator } from '../i18n/i18n.ts';
import { fetchCityPart } from '../sync/api.ts';
import { meantSignals, noSignalFilter, signalRows } from './rows.ts';
import { clearSignalMarks, useSignalView, type SignalTab } from './signal-view.ts';

type ModeChange = Omit<CommandPayloads['signal.mode'], 'signals'>;

export interface SignalDeeds {
  /** Opens the form that confirms a mode for the signals that are meant. */
  askMode(mode: SignalMode, signals?: readonly string[]): Outcome;
  setMode(signals: readonly string[], change: ModeChange): Promise<Outcome>;
  /** The same in one line: a district by its name, else the signals that are meant; then why. */
  modeByWords(mode: SignalMode, words: string | undefined): Promise<Outcome>;
  decideProposal(signal: string, accepted: boolean, reason?: string): Promise<Outcome>;
  measure(payload: CommandPayloads['signal.measure']): Promise<Outcome>;
  stopMeasuring(measurement: string, reason?: string): Promise<Outcome>;
  askPlan(): Outcome;
  startPlan(payload: CommandPayloads['special-plan.start']): Promise<Outcome>;
  endPlan(plan: string, reason?: string): Promise<Outcome>;
  startWave(unit: string): Promise<Outcome>;
  cancelWave(unit: string, reason: string): Promise<Outcome>;
  showSignals(tab?: SignalTab): Outcome;
}

/** As many as one command takes. */
const AT_ONCE = 1_000;

const controls = (): ReadonlyMap<string, ControlRecord> => session().mirror.records.control;
const callsign = (unit: string): string => session().mirror.records.unit.get(unit)?.callsign ?? unit;
const word = (mode: SignalMode): string => translator(useDesk.getState().language)(`signals.mode.${mode}`);

/** The signal that is selected on the screen, by its id. */
export function selectedSignal(): string | null {
  const { selection } = useDesk.getState();
  return selection?.kind === 'signal' ? (cityMap()?.signalIdOf(selection.index) ?? null) : null;
}

/** One by its name, several by their number. */
function about(signals: readonly string[]): { readonly signals: string } {
  const { language } = useDesk.getState();
  const [first] = signals;
  const one = signals.length === 1 && first !== undefined ? controls().get(first) : undefined;
  if (one) return { signals: textIn(one.name, language) };
  return { signals: translator(language)('signals.n', { n: signals.length }) };
}

function meant(): readonly string[] {
  const { filter, marks } = useSignalView.getState();
  return meantSignals(
    signalRows(controls().values(), [], { ...filter, los: '' }),
    marks,
    selectedSignal(),
    filter.district,
  );
}

/** As people say it, too: without what kind of place it is. */
const spoken = ({ zh, en }: LocalText): string[] => [
  zh,
  en,
  zh.replace(/新?区$/, ''),
  en.replace(/ (District|New Area)$/, ''),
];

/** A district that the words begin with, and what is left of them. */
async function districtOf(words: string): Promise<{ readonly id: string; readonly rest: string } | null> {
  const districts = await fetchCityPart<District>('districts');
  const wanted = words.toLowerCase();
  for (const d of districts) {
    if (d.level !== 'district') continue;
    for (const name of [...spoken(d.name), d.id]) {
      if (!wanted.startsWith(name.toLowerCase())) continue;
      const rest = words.slice(name.length);
      if (rest === '' || /^\s/.test(rest)) return { id: d.id, rest: rest.trim() };
    }
  }
  return null;
}

function openSignals(tab: SignalTab): void {
  useSignalView.setState({ tab });
  useDesk.setState({ panelsShown: true });
  theDock()?.open('signals');
}

/** Selects a signal and goes there. */
export function showSignal(id: string, fly = true): void {
  const index = cityMap()?.signalIndex(id) ?? -1;
  if (index >= 0) select({ kind: 'signal', index });
  const position = controls().get(id)?.position;
  if (fly && position) flyTo(position);
}

export const signalDeeds: SignalDeeds = {
  askMode(mode, signals = meant()) {
    const person = me();
    if (!person || !mayDo(person.role, 'signal.mode')) return refused('signals.notAllowed');
    if (signals.length === 0) return refused('signals.noneMeant');
    openSignals('list');
    useSignalView.setState({ ask: { mode, signals } });
    return done();
  },
  async setMode(signals, change) {
    if (signals.length === 0) return refused('signals.noneMeant');
    const params = { ...about(signals), mode: word(change.mode) };
    for (let i = 0; i < signals.length; i += AT_ONCE) {
      const part = signals.slice(i, i + AT_ONCE);
      const outcome = await give('signal.mode', { ...change, signals: part });
      if (!outcome.ok) return outcome;
    }
    useSignalView.setState({ ask: null });
    clearSignalMarks();
    return done('did.signalMode', params);
  },
  async modeByWords(mode, words) {
    const district = words === undefined ? null : await districtOf(words);
    const signals = district
      ? signalRows(controls().values(), [], { ...noSignalFilter, district: district.id }).map((r) => r.id)
      : meant();
    const reason = district ? district.rest : (words ?? '');
    return signalDeeds.setMode(signals, { mode, ...(reason !== '' && { reason }) });
  },
  async decideProposal(signal, accepted, reason) {
    const proposal = controls().get(signal)?.proposal;
    if (!proposal) return refused('signals.proposal.gone');
    return give(
      'signal.approve',
      { signal, proposal: proposal.id, accepted, ...(reason !== undefined && { reason }) },
      { key: accepted ? 'did.proposal.yes' : 'did.proposal.no', params: about([signal]) },
    );
  },
  measure: (payload) =>
    give('signal.measure', payload, { key: 'did.measure', params: about(payload.signals) }),
  stopMeasuring: (measurement, reason) =>
    give(
      'signal.measure-stop',
      { measurement, ...(reason !== undefined && { reason }) },
      { key: 'did.measureStop' },
    ),
  askPlan() {
    const { selection } = useDesk.getState();
    openSignals('plans');
    useSignalView.setState({ planAt: { position: selection?.kind === 'place' ? selection.position : null } });
    return done();
  },
  async startPlan(payload) {
    const outcome = await give('special-plan.start', payload, { key: 'did.plan.start' });
    if (outcome.ok) useSignalView.setState({ planAt: null });
    return outcome;
  },
  endPlan(plan, reason) {
    const record: SpecialPlanRecord | undefined = session().mirror.records['special-plan'].get(plan);
    const name = record ? textIn(record.name, useDesk.getState().language) : plan;
    return give(
      'special-plan.end',
      { plan, ...(reason !== undefined && { reason }) },
      { key: 'did.plan.end', params: { name } },
    );
  },
  startWave: (unit) =>
    give('wave.start', { unit }, { key: 'did.wave.start', params: { unit: callsign(unit) } }),
  cancelWave: (unit, reason) =>
    give('wave.cancel', { unit, reason }, { key: 'did.wave.cancel', params: { unit: callsign(unit) } }),
  showSignals(tab = 'list') {
    openSignals(tab);
    return done();
  },
};
