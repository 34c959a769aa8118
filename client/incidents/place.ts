/** Where an incident is, in the words a list has room for. Pure. */
import type { IncidentRecord } from '../../server/contract/records.ts';
import { textIn, type Language, type LocalText } from '../../server/contract/text.ts';

const HAN = /\p{Script=Han}/u;

/**
 * District or subdistrict, and the address where it says more than the title does. An address in Chinese stays on the
 * card for those who read the list in English: the title names the street in their language already.
 */
export function placeOf(
  incident: Pick<IncidentRecord, 'title' | 'address' | 'district' | 'street'>,
  language: Language,
  names: ReadonlyMap<string, LocalText>,
): string {
  const id = incident.street ?? incident.district;
  const name = id === undefined ? undefined : names.get(id);
  const { address } = incident;
  const foreign = language === 'en-US' && address !== undefined && HAN.test(address);
  const repeated = address !== undefined && textIn(incident.title, language).includes(address);
  return [name && textIn(name, language), foreign || repeated ? undefined : address]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
}
