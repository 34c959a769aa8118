/** What the server says of a rule while it is written: asked once the typing pauses. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { RuleCheckAnswer } from '../../server/contract/alarm-api.ts';
import { checkRule } from '../sync/alarm-api.ts';
import { checkable, type RuleForm } from './rule-form.ts';

const PAUSE_MS = 450;

function useSettled<T>(value: T, afterMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}

export interface RuleCheck {
  readonly answer: RuleCheckAnswer | null;
  /** What the answer is about; expressions that were changed since may have other faults. */
  readonly about: RuleForm;
  readonly checking: boolean;
  readonly error: Error | null;
}

export function useRuleCheck(form: RuleForm): RuleCheck {
  const about = useSettled(form, PAUSE_MS);
  const rule = checkable(about);
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    queryKey: ['rule-check', rule],
    queryFn: async () => ({ answer: await checkRule(rule), about }),
    enabled: rule !== null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });
  return {
    answer: rule === null ? null : (data?.answer ?? null),
    about: data?.about ?? about,
    checking: rule !== null && (isFetching || isPlaceholderData || about !== form),
    error,
  };
}
