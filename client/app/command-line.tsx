/**
 * The command line: `/` opens it, Tab completes. What was done closes it and is said as a notice; a refusal leaves it open
 * with the reason below and the line chosen, to be typed over.
 */
import { useEffect, useMemo, useRef, useState } from 'react';
import { meantAlarmIds, shownAlarmIds } from '../alarms/shown.ts';
import { departmentsNow, loadDepartments } from '../desk/departments.ts';
import { readStored, session, store, useDesk } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';
import { selectedCase } from '../dispatch/deeds.ts';
import { playTone } from '../dispatch/tone.ts';
import { actionOfCommand, commandSpecs, type Outcome } from './actions.ts';
import { completions, findCommand, parseCommand, remember, usage } from './command-parser.ts';
import { deeds } from './deeds.ts';
import { knownOf } from './known.ts';

const OFFERS = 8;
const HISTORY = 'city-brain.commands';
const readHistory = (): string[] => {
  const kept = readStored(HISTORY);
  return Array.isArray(kept) ? kept.filter((line) => typeof line === 'string') : [];
};

const known = knownOf(() => {
  const { incident, unit, alarm } = session().mirror.records;
  return {
    incidents: [...incident.values()],
    units: [...unit.values()],
    departments: departmentsNow(),
    selectedCase: selectedCase(),
    alarms: { all: [...alarm.values()], meant: meantAlarmIds, shown: shownAlarmIds },
  };
});

async function execute(line: string, t: Parameters<typeof parseCommand>[2]): Promise<Outcome> {
  const parsed = parseCommand(line, commandSpecs, t, known);
  if (!parsed.ok) return { ok: false, said: parsed.reason };
  const action = actionOfCommand(parsed.command)!;
  try {
    return await action.run(deeds, parsed.args);
  } catch (error) {
    return { ok: false, said: { key: 'cmd.failed', params: { reason: String(error) } } };
  }
}

export function CommandLine({ report }: { readonly report: (outcome: Outcome) => void }) {
  const { t, text } = useText();
  const [line, setLine] = useState('');
  const [refusal, setRefusal] = useState<Outcome | null>(null);
  const [chosen, setChosen] = useState(-1);
  const [back, setBack] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    // Without them commands to departments are refused with a sentence; nothing else suffers.
    if (departmentsNow().length === 0)
      loadDepartments().catch((error: unknown) => console.info('departments', error));
  }, []);
  const offers = useMemo(
    () => (refusal ? [] : completions(line, commandSpecs, OFFERS, known)),
    [line, refusal],
  );
  const close = (): void => useDesk.setState({ commandOpen: false });
  const write = (next: string): void => {
    setLine(next);
    setRefusal(null);
    setChosen(-1);
  };
  const spec = findCommand(line.trim().split(/\s+/)[0] ?? '', commandSpecs);

  const run = async (): Promise<void> => {
    if (line.trim() === '') return;
    store(HISTORY, remember(readHistory(), line));
    const result = await execute(line, t);
    if (result.ok) {
      close();
      report(result);
      return;
    }
    setRefusal(result);
    playTone(false);
    input.current?.select();
  };

  const recall = (step: 1 | -1): void => {
    const history = readHistory();
    const at = Math.max(0, Math.min(history.length, back + step));
    setBack(at);
    write(at === 0 ? '' : (history[history.length - at] ?? ''));
  };

  const onKey = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    switch (event.key) {
      case 'Escape':
        close();
        break;
      case 'Enter':
        void run();
        break;
      case 'Tab': {
        const offer = offers[Math.max(0, chosen)];
        if (offer !== undefined) write(offer);
        break;
      }
      case 'ArrowUp':
        if (chosen >= 0) setChosen(chosen - 1);
        else recall(1);
        break;
      case 'ArrowDown':
        if (back > 0 && chosen < 0) recall(-1);
        else setChosen(Math.min(offers.length - 1, chosen + 1));
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="cb-command" role="dialog" aria-label={t('cmd.title')}>
      <div className="cb-command-line">
        <span aria-hidden="true">/</span>
        <input
          ref={input}
          value={line}
          spellCheck={false}
          autoComplete="off"
          role="combobox"
          aria-expanded={offers.length > 0}
          aria-controls="cb-offers"
          aria-activedescendant={chosen >= 0 ? `cb-offer-${chosen}` : undefined}
          aria-label={t('cmd.title')}
          placeholder={t('cmd.placeholder')}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKey}
          onBlur={(event) => {
            if (!event.relatedTarget) close();
          }}
        />
      </div>
      {refusal?.said && (
        <p className="cb-command-said" role="alert">
          {t(refusal.said.key, refusal.said.params)}
        </p>
      )}
      <ul id="cb-offers" role="listbox" aria-label={t('cmd.title')} hidden={offers.length === 0}>
        {offers.map((offer, i) => (
          <li
            key={offer}
            id={`cb-offer-${i}`}
            role="option"
            aria-selected={i === chosen}
            data-active={i === chosen}
            onMouseDown={(event) => {
              event.preventDefault();
              write(offer);
            }}
          >
            <code>{offer}</code>
            <span>{describe(offer)}</span>
          </li>
        ))}
      </ul>
      <p className="cb-command-help">
        {spec && line.includes(' ') ? <code>{usage(spec, t)}</code> : null} {t('cmd.help')}
      </p>
    </div>
  );

  /** What the last word stands for; of a command alone, what it does. */
  function describe(offer: string): string {
    const said = offer.trim().split(/\s+/);
    const last = said.length > 1 ? nameOf(said.at(-1)!) : null;
    if (last !== null) return last;
    const found = findCommand(said[0]!, commandSpecs);
    const action = found && actionOfCommand(found.name);
    return action ? t(action.label) : '';
  }

  function nameOf(word: string): string | null {
    const { records } = session().mirror;
    const incident = records.incident.get(known.find('case', word)[0] ?? '');
    if (incident) return text(incident.title);
    const alarm = records.alarm.get(known.find('alarm', word)[0] ?? '');
    if (alarm) return `${text(alarm.name)} · ${text(alarm.subject.name)}`;
    const wanted = word.toLowerCase();
    for (const unit of records.unit.values())
      if (unit.callsign.toLowerCase() === wanted) return t(`unitStatus.${unit.status}`);
    const department = departmentsNow().find((d) => d.id === word || d.kind === word);
    return department ? text(department.name) : null;
  }
}
