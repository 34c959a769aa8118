/**
 * The alarm rules that the product brings: sensible for a first day, and rare enough that an ordinary hour rings no more than
 * an operator can answer (EEMUA 191: one in 10 minutes). A supervisor changes them on the screen.
 */
import { alarmRule, type AlarmRule } from '../../contract/alarms.ts';
import { caseRules } from './rules-cases.ts';
import { dataRules } from './rules-data.ts';
import { serviceRules } from './rules-services.ts';
import { trafficRules } from './rules-traffic.ts';
import { weatherRules } from './rules-weather.ts';

export const defaultAlarmRules: readonly AlarmRule[] = [
  ...caseRules,
  ...trafficRules,
  ...serviceRules,
  ...weatherRules,
  ...dataRules,
].map((rule) => alarmRule.parse(rule));
