/** How long crews work on a case the simulation did not make up itself: by its category, from the kinds it knows. */
import { categories, type CategoryCode, type IncidentFamily } from '../../../server/contract/categories.ts';
import type { IncidentKind } from './kind.ts';
import { incidentKinds } from './kinds.ts';

export type Service = Pick<IncidentKind, 'serviceMin' | 'serviceSigma' | 'transportShare'>;

/** A crew's half hour, where nothing like it is known. */
const UNKNOWN: Service = { serviceMin: 25, serviceSigma: 0.5 };

const byCategory = new Map<CategoryCode, Service>();
const byFamily = new Map<IncidentFamily, Service>();
for (const kind of incidentKinds) {
  const { family } = categories[kind.category];
  if (!byCategory.has(kind.category)) byCategory.set(kind.category, kind);
  if (!byFamily.has(family)) byFamily.set(family, kind);
}

/** The work of a category: of its own kind, else of one of its family. */
export function serviceOf(category: CategoryCode | null): Service {
  if (category === null) return UNKNOWN;
  return byCategory.get(category) ?? byFamily.get(categories[category].family) ?? UNKNOWN;
}
