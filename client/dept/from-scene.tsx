/** What a crew sends in from the scene: photos, its own place and words; each becomes a note of the case. */
import { useId, useState } from 'react';
import type { useGiver } from '../account/use-giver.ts';
import { formatNumber, formatPosition } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { ApiError } from '../sync/api.ts';
import { uploadCaseAttachment } from '../sync/case-api.ts';
import type { Question } from './ask.tsx';
import { smallJpeg } from './photo.ts';
import { whereabouts } from './whereabouts.ts';

const LONGEST_NOTE = 4_000;

export function FromScene({
  incident,
  giver,
  ask,
}: {
  readonly incident: string;
  readonly giver: ReturnType<typeof useGiver>;
  readonly ask: (question: Question) => void;
}) {
  const { t, text, language } = useText();
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const during = async (work: () => Promise<string | null>): Promise<void> => {
    setBusy(true);
    setSaid(null);
    try {
      setSaid(await work());
    } finally {
      setBusy(false);
    }
  };
  const sendPhoto = async (file: File): Promise<string | null> => {
    let jpeg: Blob;
    try {
      jpeg = await smallJpeg(file);
    } catch (error) {
      console.info('not a picture', error);
      return t('dept.photo.unreadable');
    }
    try {
      const sha = await uploadCaseAttachment(incident, jpeg);
      const sent = await giver.give('incident.note', {
        incident,
        text: t('dept.photo.note'),
        attachments: [sha],
      });
      return sent ? t('dept.photo.sent') : null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return t('dept.photo.failed', { reason: text(error.text) });
    }
  };
  const sendPlace = async (): Promise<string | null> => {
    const here = await whereabouts(navigator.geolocation);
    if (!here.ok) return t(here.why);
    const note = t('dept.location.note', {
      position: formatPosition(here.position),
      metres: formatNumber(here.accuracyM, language),
    });
    return (await giver.give('incident.note', { incident, text: note })) ? t('dept.location.sent') : null;
  };
  return (
    <>
      <div className="cbd-acts cbd-scene">
        <label className="cbd-button" htmlFor={id} data-busy={busy}>
          {t('dept.photo')}
          <input
            id={id}
            type="file"
            accept="image/*"
            capture="environment"
            disabled={busy}
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = '';
              if (file) void during(() => sendPhoto(file));
            }}
          />
        </label>
        <button type="button" disabled={busy} onClick={() => void during(sendPlace)}>
          {t('dept.location')}
        </button>
        <button
          type="button"
          disabled={giver.busy}
          onClick={() =>
            ask({
              title: t('dept.note.text'),
              needed: true,
              most: LONGEST_NOTE,
              go: async (note) => (await giver.give('incident.note', { incident, text: note })) !== null,
            })
          }
        >
          {t('dept.note')}
        </button>
      </div>
      <p className="cbd-said" role="status">
        {busy ? t('dept.sending') : said}
      </p>
    </>
  );
}
