/** What was done and said about a case, newest first, with the field to say more and to add pictures. */
import { PaperClipOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { TimelineEntry } from '../../server/contract/api.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { useMay } from '../account/me.ts';
import { CardError } from '../app/details/parts.tsx';
import { departmentName, useDepartments } from '../desk/departments.ts';
import { session } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';
import { refused } from '../desk/outcome.ts';
import { ApiError } from '../sync/api.ts';
import {
  attachmentTypes,
  attachmentUrl,
  MAX_ATTACHMENT_BYTES,
  uploadCaseAttachment,
} from '../sync/case-api.ts';
import { Clock } from './bits.tsx';
import { useCaseView } from './case-view.ts';
import { caseDeeds } from './deeds.ts';
import { timelineWords, type Names } from './timeline.ts';
import { useTimeline } from './use-timeline.ts';
import { useRun } from './use-run.ts';

const MAX_FILES = 10;

function NoteForm({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text } = useText();
  const { run, busy } = useRun();
  const asked = useCaseView((s) => s.fileAsked);
  const [words, setWords] = useState('');
  const [files, setFiles] = useState<readonly { readonly name: string; readonly sha: string }[]>([]);
  const chooser = useRef<HTMLInputElement>(null);
  const askedBefore = useRef(asked);
  useEffect(() => {
    if (asked !== askedBefore.current) chooser.current?.click();
    askedBefore.current = asked;
  }, [asked]);
  const add = (file: File): void =>
    void run(async () => {
      if (!(attachmentTypes as readonly string[]).includes(file.type) || file.size > MAX_ATTACHMENT_BYTES)
        return refused('log.badFile', { name: file.name });
      try {
        const sha = await uploadCaseAttachment(incident.id, file);
        setFiles((before) => [...before, { name: file.name, sha }].slice(0, MAX_FILES));
        return { ok: true };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return refused('case.refused', { reason: text(error.text) });
      }
    });
  const said = words.trim();
  const send = async (): Promise<void> => {
    if ((said === '' && files.length === 0) || busy) return;
    const note = said === '' ? files.map((f) => f.name).join(', ') : said;
    const shas = files.map((f) => f.sha);
    if (!(await run(() => caseDeeds.note(incident.id, note, shas)))) return;
    setWords('');
    setFiles([]);
  };
  return (
    <form
      className="cb-note-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Input.TextArea
        autoSize={{ minRows: 1, maxRows: 5 }}
        maxLength={4_000}
        value={words}
        placeholder={t('log.say')}
        aria-label={t('log.say')}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <input
        ref={chooser}
        hidden
        type="file"
        multiple
        accept={attachmentTypes.join(',')}
        aria-label={t('log.attach')}
        onChange={(event) => {
          for (const file of event.target.files ?? []) add(file);
          event.target.value = '';
        }}
      />
      <Button
        icon={<PaperClipOutlined />}
        aria-label={t('log.attach')}
        title={t('log.attach')}
        onClick={() => chooser.current?.click()}
      />
      <Button type="primary" htmlType="submit" loading={busy} disabled={said === '' && files.length === 0}>
        {t('log.send')}
      </Button>
      {files.length > 0 && (
        <p className="cb-chips">
          {files.map((f) => (
            <button
              key={f.sha}
              type="button"
              title={t('log.remove')}
              onClick={() => setFiles(files.filter((other) => other.sha !== f.sha))}
            >
              {f.name} ×
            </button>
          ))}
        </p>
      )}
    </form>
  );
}

function Attachments({ shas }: { readonly shas: readonly string[] }) {
  const { t } = useText();
  return (
    <span className="cb-attachments">
      {shas.map((sha) => (
        <a key={sha} href={attachmentUrl(sha)} target="_blank" rel="noreferrer">
          {/* A PDF is no picture: then the word stands there. */}
          <img src={attachmentUrl(sha)} alt={t('log.attachment')} loading="lazy" />
        </a>
      ))}
    </span>
  );
}

function Entry({ entry, names }: { readonly entry: TimelineEntry; readonly names: Names }) {
  const { what, facts, who } = timelineWords(entry, names);
  return (
    <li className="cb-entry" data-note={entry.type === 'incident.noted'}>
      <Clock atMs={entry.atMs} />
      <span>
        <b>{what}</b> {facts.join(' · ')}
        {entry.text && <span className="cb-detail">{entry.text}</span>}
        {entry.attachments && entry.attachments.length > 0 && <Attachments shas={entry.attachments} />}
        <small title={entry.from}> {who}</small>
      </span>
    </li>
  );
}

export function CaseLog({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text, language } = useText();
  const mayNote = useMay('incident.note');
  const departments = useDepartments();
  const { data, error } = useTimeline(incident);
  const { tasks } = incident.case;
  const names = useMemo((): Names => {
    const { records } = session().mirror;
    const facilityName = (id: string): string => {
      const facility = records.facility.get(id);
      return facility ? text(facility.name) : id;
    };
    const feedName = (id: string): string => {
      const feed = records.feed.get(id);
      return feed ? text(feed.name) : id;
    };
    return {
      t,
      language,
      department: (id) => departmentName(id, departments, language),
      unit: (id) => records.unit.get(id)?.callsign ?? id,
      facility: facilityName,
      feed: feedName,
      incident: (id) => String(records.incident.get(id)?.number ?? id),
      task: (id) => {
        const task = tasks.find((one) => one.id === id);
        return task ? `${departmentName(task.department, departments, language)}: ${text(task.title)}` : '';
      },
    };
  }, [t, text, language, departments, tasks]);
  const entries = useMemo(() => (data ? [...data.entries].toReversed() : []), [data]);
  return (
    <>
      {mayNote && <NoteForm incident={incident} />}
      {error && !data && <CardError error={error} />}
      <ol className="cb-plain cb-timeline" aria-label={t('case.tab.log')}>
        {entries.map((entry) => (
          <Entry key={entry.seq} entry={entry} names={names} />
        ))}
      </ol>
    </>
  );
}
