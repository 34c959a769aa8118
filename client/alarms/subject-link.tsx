/** What an alarm is about, as a way to it: an object on the map, a case, a feed. The map does not move. */
import { useQueryClient } from '@tanstack/react-query';
import type { SubjectRef } from '../../server/contract/alarms.ts';
import { subjectNames } from '../../server/contract/alarm-fields.ts';
import type { PanelId } from '../desk/desk-panels.ts';
import { select, theDock, useDesk } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';
import { done, refused, type Outcome } from '../desk/outcome.ts';
import { useRun } from '../dispatch/use-run.ts';
import { ApiError, fetchNetwork } from '../sync/api.ts';

/** Subjects that are no object on the map stand in a panel. */
const panelOf = { feed: 'feeds', warning: 'warnings', city: 'vitals' } as const satisfies Partial<
  Record<SubjectRef['kind'], PanelId>
>;

export function SubjectLink({ subject }: { readonly subject: SubjectRef }) {
  const { t, text } = useText();
  const queries = useQueryClient();
  const { kind, id } = subject;
  const { run, busy } = useRun();
  const go = async (): Promise<Outcome> => {
    switch (kind) {
      case 'incident':
      case 'unit':
      case 'facility':
      case 'station':
        select({ kind, id });
        return done();
      case 'link':
      case 'signal':
        try {
          const network = await queries.fetchQuery({
            queryKey: ['network'],
            queryFn: ({ signal }) => fetchNetwork(signal),
            staleTime: Number.POSITIVE_INFINITY,
          });
          const index = (kind === 'link' ? network.links : network.signals).findIndex((o) => o.id === id);
          if (index < 0) return refused('details.gone');
          select({ kind, index });
          return done();
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          return refused('details.failed', { reason: text(error.text) });
        }
      case 'feed':
      case 'warning':
      case 'city':
        useDesk.setState({ panelsShown: true });
        theDock()?.open(panelOf[kind]);
        return done();
    }
  };
  return (
    <button type="button" title={t('alarm.toSubject')} disabled={busy} onClick={() => void run(go)}>
      {text(subjectNames[kind])} {text(subject.name)}
    </button>
  );
}
