/** What happened, by any words for it: Chinese, pinyin initials, English. */
import { Select } from 'antd';
import { useState } from 'react';
import {
  categories,
  categoryCodes,
  incidentFamilies,
  type CategoryCode,
} from '../../server/contract/categories.ts';
import { useText } from '../desk/hooks.ts';
import { searchCategories } from './category-search.ts';
import { changeDraft, useDraft } from './draft.ts';

export function CategoryField({
  id,
  faultId,
  nextId,
}: {
  readonly id: string;
  readonly faultId: string | undefined;
  /** Where Tab goes. */
  readonly nextId: string;
}) {
  const { t, text } = useText();
  const category = useDraft((s) => s.category);
  const [typed, setTyped] = useState('');
  const option = (code: CategoryCode) => ({ value: code, label: text(categories[code].name) });
  const options =
    typed.trim() === ''
      ? incidentFamilies.map((family) => ({
          label: t(`inc.family.${family}`),
          title: t(`inc.family.${family}`),
          options: categoryCodes.filter((code) => categories[code].family === family).map(option),
        }))
      : searchCategories(typed).map(option);
  // An empty list would be one without options to who only hears it; the sentence stands below instead.
  const noneId = options.length === 0 ? `${id}-none` : undefined;
  const described = [faultId, noneId].filter(Boolean).join(' ');
  return (
    <>
      <Select<CategoryCode>
        id={id}
        showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
        value={category}
        options={options}
        placeholder={t('intake.category.placeholder')}
        aria-label={t('intake.category')}
        notFoundContent={null}
        {...(faultId ? { status: 'error' as const } : {})}
        {...(described ? { 'aria-describedby': described } : {})}
        // Tab takes what was found, as Enter does, and goes on.
        onKeyDown={(event) => {
          if (event.key === 'Tab' && !event.shiftKey && event.defaultPrevented)
            document.getElementById(nextId)?.focus();
        }}
        onSelect={(code: CategoryCode) => {
          changeDraft({ category: code, answers: {} });
          setTyped('');
        }}
        // What was typed and not chosen goes with the list.
        onBlur={() => setTyped('')}
      />
      {noneId && (
        <p id={noneId} className="cb-note" role="status">
          {t('intake.category.none')}
        </p>
      )}
    </>
  );
}
