/** Puts a handover on paper: a copy that only the printer sees, in the window the panel stands in. */
import { Button } from 'antd';
import { PrinterOutlined } from '@ant-design/icons';
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { HandoverRecord } from '../../server/contract/alarms.ts';
import { useText } from '../desk/hooks.ts';
import { HandoverSheet } from './handover-sheet.tsx';

export function PrintSheet({ handover }: { readonly handover: HandoverRecord }) {
  const { t } = useText();
  const button = useRef<HTMLButtonElement>(null);
  const [page, setPage] = useState<Document | null>(null);
  useEffect(() => {
    const win = page?.defaultView;
    if (!page || !win) return undefined;
    const done = (): void => setPage(null);
    win.addEventListener('afterprint', done, { once: true });
    win.print();
    return () => win.removeEventListener('afterprint', done);
  }, [page]);
  return (
    <>
      <Button
        ref={button}
        size="small"
        icon={<PrinterOutlined />}
        onClick={() => setPage(button.current?.ownerDocument ?? null)}
      >
        {t('handover.print')}
      </Button>
      {page &&
        createPortal(
          <div className="cb-print">
            <HandoverSheet handover={handover} />
            <p className="cb-print-sign">{t('handover.signature')}</p>
          </div>,
          page.body,
        )}
    </>
  );
}
