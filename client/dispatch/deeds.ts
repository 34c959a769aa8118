/** What a person does to cases and units: one function for the button, the key and the command line. */
import { stageNames, type AssignmentStatus } from '../../server/contract/cases.ts';
import type { CategoryCode } from '../../server/contract/categories.ts';
import { textIn } from '../../server/contract/text.ts';
import { me } from '../account/me.ts';
import { flyTo, select, session, setPreferences, theDock, useDesk } from '../desk/desk.ts';
import { done, refused, type Outcome, type Said } from '../desk/outcome.ts';
import { translator, type MessageKey, type Params } from '../i18n/i18n.ts';
import { addressTaking, placesAmong, type PlaceHit } from '../intake/places.ts';
import { ApiError, searchCity } from '../sync/api.ts';
import { askFor, closeDrill, openDrill, showTab, useCaseView, type CaseTab } from './case-view.ts';
import { caseOf, give } from './give.ts';
import { isWorkedOn, nextStep } from './next-step.ts';

/** What `st` can say of a unit: its work on a case, free again, or in and out of service. */
export type StatusWord = Exclude<AssignmentStatus, 'cleared'> | 'available' | 'out-of-service' | 'in-service';
export type TaskStep = 'accept' | 'finish' | 'giveback';
/** A case that was not named is the selected one. */
type Case = string | undefined;
type Word = string | undefined;

export interface CaseDeeds {
  newCall(text: Word): Outcome;
  claim(incident: Case, takeOver?: boolean): Promise<Outcome>;
  release(incident: Case): Promise<Outcome>;
  drill(incident: Case, level?: number): Outcome;
  sendUnits(incident: Case, units?: readonly string[], options?: SendOptions): Promise<Outcome>;
  status(unit: string, status: StatusWord, words?: string): Promise<Outcome>;
  par(unit: string): Promise<Outcome>;
  task(incident: Case, department: string, text: string): Promise<Outcome>;
  taskStep(
    incident: Case,
    step: TaskStep,
    task: { department: string } | { id: string },
    words?: string,
  ): Promise<Outcome>;
  triage(incident: Case, answers: Readonly<Record<string, string>>): Promise<Outcome>;
  edit(incident: Case, change: { severity?: number; category?: CategoryCode }): Promise<Outcome>;
  /** Looks the words up in the city and puts the case there. */
  place(incident: Case, words: string): Promise<Outcome>;
  call(incident: Case, text: string): Promise<Outcome>;
  transfer(incident: Case, department: string, reason: string): Promise<Outcome>;
  giveBack(incident: Case, reason: string): Promise<Outcome>;
  resolve(incident: Case, words?: string): Promise<Outcome>;
  verify(incident: Case, accepted: boolean, reason?: string): Promise<Outcome>;
  closeCase(incident: Case, override?: string): Promise<Outcome>;
  evaluate(incident: Case, satisfaction?: number, comment?: string): Promise<Outcome>;
  reopen(incident: Case, reason: string): Promise<Outcome>;
  merge(incident: Case, into: string): Promise<Outcome>;
  unmerge(incident: Case): Promise<Outcome>;
  apart(incident: Case, other: string): Promise<Outcome>;
  note(incident: Case, text: string, attachments?: readonly string[]): Promise<Outcome>;
  attach(incident: Case): Outcome;
  supervise(incident: Case, reason: string): Promise<Outcome>;
  reveal(incident: Case, reason: string): Promise<Outcome>;
  showCase(incident: Case, tab: CaseTab): Outcome;
  nextStep(): Outcome | Promise<Outcome>;
  tones(to: 'on' | 'off' | undefined): Outcome;
}
export interface SendOptions {
  readonly level?: number;
  readonly override?: string;
}

const word = (key: MessageKey, params?: Params): string =>
  translator(useDesk.getState().language)(key, params);
const numberOf = (incident: string): number | string => caseOf(incident)?.number ?? incident;

export function selectedCase(): string | null {
  const { selection } = useDesk.getState();
  return selection?.kind === 'incident' ? selection.id : null;
}

/** Runs with the case that is meant, or says that none is. */
function onCase<T extends Outcome | Promise<Outcome>>(incident: Case, run: (id: string) => T): T | Outcome {
  const id = incident ?? selectedCase();
  return id === null ? refused('cmd.noCaseSelected') : run(id);
}
const onCaseLater = async (incident: Case, run: (id: string) => Promise<Outcome>): Promise<Outcome> =>
  onCase(incident, run);

/** The best place of the city by these words. */
async function findPlace(q: string): Promise<PlaceHit | Outcome> {
  try {
    const [hit] = placesAmong(await searchCity(q), 1);
    return hit ?? refused('cmd.notFound', { q });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refused('search.failed', { reason: textIn(error.text, useDesk.getState().language) });
  }
}

/** Brings a case into sight. */
function show(id: string): void {
  if (selectedCase() !== id) select({ kind: 'incident', id }, { fly: true });
  useDesk.setState({ panelsShown: true });
  theDock()?.open('details');
}

const callsign = (unit: string): string => session().mirror.records.unit.get(unit)?.callsign ?? unit;

/** The facility that is meant where a crew takes somebody: its name, or a part of it that only one has. */
function facilityOf(words: string): string | null {
  const wanted = words.toLowerCase();
  const all = [...session().mirror.records.facility.values()];
  const exact = all.filter(
    (f) => f.id === words || [f.name.zh, f.name.en].some((n) => n.toLowerCase() === wanted),
  );
  const hits =
    exact.length > 0
      ? exact
      : all.filter((f) => [f.name.zh, f.name.en].some((n) => n.toLowerCase().includes(wanted)));
  return hits.length === 1 ? hits[0]!.id : null;
}

/** The task of a department that a step is about: the first that waits for it. */
function taskOf(id: string, department: string, step: TaskStep): string | null {
  const waits = step === 'finish' ? ['accepted', 'open'] : ['open', 'accepted'];
  const own = caseOf(id)?.case.tasks.filter((task) => task.department === department) ?? [];
  for (const status of waits) {
    const task = own.find((t) => t.status === status);
    if (task) return task.id;
  }
  return null;
}

async function setStatus(unit: string, status: StatusWord, words?: string): Promise<Outcome> {
  const name = callsign(unit);
  if (status === 'out-of-service' || status === 'in-service') {
    const inService = status === 'in-service';
    const said = { key: inService ? 'did.inService' : 'did.outOfService', params: { unit: name } } as const;
    return give('unit.service', { unit, inService, reason: words }, said);
  }
  const said = { key: 'did.status', params: { unit: name, status: word(`unitStatus.${status}`) } } as const;
  if ((status === 'transporting' || status === 'at-facility') && words !== undefined) {
    const facility = facilityOf(words);
    if (facility === null) return refused('cmd.noFacility', { q: words });
    return give('assignment.status', { unit, status, facility }, said);
  }
  const to = status === 'available' ? 'cleared' : status;
  return give('assignment.status', { unit, status: to, override: words }, said);
}

export const caseDeeds: CaseDeeds = {
  newCall(text) {
    useDesk.setState({ intakeOpen: { text: text ?? '' } });
    return done();
  },
  claim: (incident, takeOver = false) =>
    onCaseLater(incident, (id) => {
      show(id);
      const said = { key: 'did.claim', params: { number: numberOf(id) } } as const;
      return give('incident.claim', { incident: id, ...(takeOver ? { takeOver } : {}) }, said);
    }),
  release: (incident) =>
    onCaseLater(incident, (id) =>
      give('incident.release', { incident: id }, { key: 'did.release', params: { number: numberOf(id) } }),
    ),
  drill: (incident, level) =>
    onCase(incident, (id) => {
      show(id);
      openDrill(id, level ?? null, true);
      return done();
    }),
  sendUnits: (incident, units, options = {}) =>
    onCaseLater(incident, async (id) => {
      const payload = {
        incident: id,
        ...(units && units.length > 0 ? { units: [...units] } : {}),
        ...options,
      };
      const given = await give('incident.dispatch', payload, (result): Said => {
        const sent = (result.units ?? units ?? []).map(callsign).join(', ');
        return sent === ''
          ? { key: 'did.sendNone', params: { number: numberOf(id) } }
          : { key: 'did.send', params: { number: numberOf(id), units: sent } };
      });
      if (given.ok) closeDrill();
      return given;
    }),
  status: setStatus,
  par: (unit) => give('unit.par', { unit }, { key: 'did.par', params: { unit: callsign(unit) } }),
  task: (incident, department, text) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.task',
        { incident: id, department, title: text },
        { key: 'did.task', params: { number: numberOf(id) } },
      ),
    ),
  taskStep: (incident, step, about, words) =>
    onCaseLater(incident, async (id) => {
      const task = 'id' in about ? about.id : taskOf(id, about.department, step);
      if (task === null) return refused('cmd.noTask', { number: numberOf(id) });
      const said = { key: `did.${step}`, params: { number: numberOf(id) } } as const;
      if (step === 'accept') return give('task.accept', { incident: id, task }, said);
      if (step === 'finish') return give('task.done', { incident: id, task, result: words }, said);
      if (words === undefined) return refused('cmd.reason');
      return give('task.return', { incident: id, task, reason: words }, said);
    }),
  triage: (incident, answers) =>
    onCaseLater(incident, async (id) => {
      if (Object.keys(answers).length === 0) return refused('cmd.noAnswers');
      const said = { key: 'did.triage', params: { number: numberOf(id) } } as const;
      return give('incident.triage', { incident: id, answers }, said);
    }),
  edit: (incident, change) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.edit',
        { incident: id, ...change },
        { key: 'did.edit', params: { number: numberOf(id) } },
      ),
    ),
  place: (incident, words) =>
    onCaseLater(incident, async (id) => {
      const found = await findPlace(words);
      if ('ok' in found) return found;
      const address = addressTaking(words, found.name, textIn(found.name, useDesk.getState().language));
      const said = { key: 'did.place', params: { number: numberOf(id), name: address } } as const;
      const outcome = await give('incident.edit', { incident: id, position: found.position, address }, said);
      if (outcome.ok) flyTo(found.position);
      return outcome;
    }),
  call: (incident, text) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.call',
        { incident: id, channel: caseOf(id)?.channel ?? 'other', detail: text },
        { key: 'did.call', params: { number: numberOf(id) } },
      ),
    ),
  transfer: (incident, department, reason) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.transfer',
        { incident: id, department, reason },
        { key: 'did.transfer', params: { number: numberOf(id) } },
      ),
    ),
  giveBack: (incident, reason) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.return',
        { incident: id, reason },
        { key: 'did.return', params: { number: numberOf(id) } },
      ),
    ),
  resolve: (incident, words) =>
    onCaseLater(incident, (id) => {
      const known = caseOf(id);
      // Out of order the words are the reason too.
      const override = known && !isWorkedOn(known) ? words : undefined;
      const said = { key: 'did.resolve', params: { number: numberOf(id) } } as const;
      return give('incident.resolve', { incident: id, result: words, override }, said);
    }),
  verify: (incident, accepted, reason) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.verify',
        { incident: id, accepted, reason },
        { key: accepted ? 'did.verify' : 'did.reject', params: { number: numberOf(id) } },
      ),
    ),
  closeCase: (incident, override) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.close',
        { incident: id, override },
        { key: 'did.close', params: { number: numberOf(id) } },
      ),
    ),
  evaluate: (incident, satisfaction, comment) =>
    onCaseLater(incident, (id) =>
      give('incident.evaluate', { incident: id, satisfaction, comment }, (result): Said =>
        result.score === undefined
          ? { key: 'did.evaluate', params: { number: numberOf(id) } }
          : { key: 'did.evaluate.score', params: { number: numberOf(id), score: result.score } },
      ),
    ),
  reopen: (incident, reason) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.reopen',
        { incident: id, reason },
        { key: 'did.reopen', params: { number: numberOf(id) } },
      ),
    ),
  merge: (incident, into) =>
    onCaseLater(incident, async (id) => {
      if (id === into) return refused('cmd.mergeSelf');
      const said = { key: 'did.merge', params: { number: numberOf(id), into: numberOf(into) } } as const;
      const given = await give('incident.merge', { incident: id, into }, said);
      if (given.ok && selectedCase() === id) show(into);
      return given;
    }),
  unmerge: (incident) =>
    onCaseLater(incident, (id) =>
      give('incident.unmerge', { incident: id }, { key: 'did.unmerge', params: { number: numberOf(id) } }),
    ),
  apart: (incident, other) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.apart',
        { incident: id, other },
        { key: 'did.apart', params: { number: numberOf(id), other: numberOf(other) } },
      ),
    ),
  note: (incident, text, attachments) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.note',
        {
          incident: id,
          text,
          ...(attachments && attachments.length > 0 ? { attachments: [...attachments] } : {}),
        },
        { key: 'did.note', params: { number: numberOf(id) } },
      ),
    ),
  attach: (incident) =>
    onCase(incident, (id) => {
      show(id);
      useCaseView.setState((s) => ({ tab: 'log', fileAsked: s.fileAsked + 1 }));
      return done();
    }),
  supervise: (incident, reason) =>
    onCaseLater(incident, (id) =>
      give(
        'incident.supervise',
        { incident: id, reason },
        { key: 'did.supervise', params: { number: numberOf(id) } },
      ),
    ),
  reveal: (incident, reason) =>
    onCaseLater(incident, async (id) => {
      const given = await give(
        'incident.reveal',
        { incident: id, reason },
        { key: 'did.reveal', params: { number: numberOf(id) } },
      );
      if (given.ok) {
        show(id);
        useCaseView.setState({ tab: 'calls', revealed: { incident: id, fields: given.result?.revealed } });
      }
      return given;
    }),
  showCase: (incident, tab) =>
    onCase(incident, (id) => {
      show(id);
      showTab(tab);
      return done();
    }),
  /** The one step that comes next, as the button of the case view does it. */
  nextStep() {
    const id = selectedCase();
    const incident = id === null ? undefined : caseOf(id);
    if (!incident) return refused('cmd.noCaseSelected');
    const step = nextStep(incident, me());
    if (step.blocked) return refused(step.blocked);
    switch (step.kind) {
      case 'claim':
        return caseDeeds.claim(incident.id);
      case 'takeOver':
        return caseDeeds.claim(incident.id, true);
      case 'dispatch':
        return caseDeeds.drill(incident.id);
      case 'accept':
      case 'finish':
        return caseDeeds.taskStep(incident.id, step.kind, { id: step.task!.id });
      case 'resolve':
      case 'evaluate':
        askFor(incident.id, step.kind);
        show(incident.id);
        return done();
      case 'verify':
        return caseDeeds.verify(incident.id, true);
      case 'close':
        return caseDeeds.closeCase(incident.id);
      case 'await':
        return refused('step.await');
      case 'awaitTasks':
        return refused('step.awaitTasks');
      case 'none':
        return refused('step.none', {
          stage: textIn(stageNames[incident.case.stage], useDesk.getState().language),
        });
    }
  },
  tones(to) {
    const tones = to === undefined ? !useDesk.getState().tones : to === 'on';
    setPreferences({ tones });
    return done(tones ? 'cmd.tones.on' : 'cmd.tones.off');
  },
};
