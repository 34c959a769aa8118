/** A question in a card that wants words before it does something: the reason of a return, the result of a task. */
import { useEffect, useId, useRef, useState } from 'react';
import { useText } from '../desk/hooks.ts';
import { textFaultOf } from '../intake/draft.ts';

export interface Question {
  readonly title: string;
  /** Without words it cannot be done. */
  readonly needed: boolean;
  readonly most: number;
  readonly go: (words: string) => Promise<boolean>;
}

export function Ask({ question, onClose }: { readonly question: Question; readonly onClose: () => void }) {
  const { t } = useText();
  const [words, setWords] = useState('');
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  const fault =
    words.trim() === '' && question.needed
      ? { key: 'dept.reasonNeeded' as const }
      : textFaultOf(words, question.most);
  const go = async (): Promise<void> => {
    setTried(true);
    if (fault) field.current?.focus();
    else if (await question.go(words.trim())) onClose();
  };
  return (
    <form
      className="cbd-ask"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <label htmlFor={id}>{question.title}</label>
      <textarea
        ref={field}
        id={id}
        rows={3}
        value={words}
        aria-describedby={`${id}-fault`}
        onChange={(event) => setWords(event.target.value)}
      />
      <p id={`${id}-fault`} className="cb-field-fault" role="alert">
        {fault && (tried || words !== '') ? t(fault.key, 'params' in fault ? fault.params : undefined) : ''}
      </p>
      <div className="cbd-acts">
        <button type="submit" className="cbd-main">
          {t('dept.confirm')}
        </button>
        <button type="button" onClick={onClose}>
          {t('dept.cancel')}
        </button>
      </div>
    </form>
  );
}
