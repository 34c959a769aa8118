/** Incidents: shape by family, outline and size by severity, text when close, clusters with counts when far. */
import { IconLayer, ScatterplotLayer, TextLayer } from '@deck.gl/layers';
import type { Layer } from '@deck.gl/core';
import { categories } from '../../../server/contract/categories.ts';
import { textIn, type Language } from '../../../server/contract/text.ts';
import { rgb, severityScale, tokens, type SeverityKey, type Theme } from '../../ui/tokens.ts';
import { incidentIcon, rgba, type Atlas } from '../icons.ts';
import { isPulsing, type PlacedIncident, type ShownIncident as Shown } from './incidents-shown.ts';
import { textWidthPx, type LabelSpace } from './label-space.ts';
import { textLook } from './text.ts';

const PULSE_PERIOD_MS = 1_600;
const ICON_PX = 30;

export interface IncidentView {
  readonly zoom: number;
  readonly theme: Theme;
  readonly language: Language;
  readonly atlas: Atlas;
  readonly selectedId: string | null;
  readonly space: LabelSpace;
  /** Whether the label font has the glyphs of a text by now. */
  readonly glyphs: (text: string) => boolean;
}

const iconOf = (s: Shown): string =>
  incidentIcon(categories[s.members[0]!.record.category].family, s.members[0]!.severity);
const scaleOf = (s: Shown): number => severityScale[s.members[0]!.severity];

export function incidentLayers(shown: readonly Shown[], view: IncidentView): Layer[] {
  const many = shown.filter((s) => s.members.length > 1);
  for (const c of shown) {
    const side = ICON_PX * scaleOf(c);
    view.space.block(c.position, { dx: 0, dy: 0, width: side, height: side });
    if (c.members.length > 1) view.space.block(c.position, { dx: 13, dy: -13, width: 18, height: 14 });
  }
  const titled = titledOf(shown, view);
  const layers: Layer[] = [
    new IconLayer<Shown>({
      id: 'incidents',
      data: shown as Shown[],
      iconAtlas: view.atlas.image,
      iconMapping: view.atlas.mapping,
      getIcon: iconOf,
      getPosition: (s) => s.position,
      getSize: (s) => ICON_PX * scaleOf(s) * 1.5,
      sizeUnits: 'pixels',
      updateTriggers: { getSize: view.theme },
      parameters: { depthCompare: 'always', depthWriteEnabled: false },
    }),
  ];
  if (many.length > 0) layers.push(countLayer(many, view.theme));
  if (titled.length > 0) layers.push(titleLayer(titled, view));
  return layers;
}

const titleOf = (s: Shown, language: Language): string =>
  textIn(s.members[0]!.record.title, language).slice(0, 24);
const titleOffsetY = (s: Shown): number => 16 * scaleOf(s) + 6;

/** The selected and the severe first; a title without room is left out. */
function titledOf(shown: readonly Shown[], view: IncidentView): Shown[] {
  const chosen = (s: Shown): boolean => s.members[0]!.id === view.selectedId;
  const worst = view.zoom >= 15.8 ? 4 : view.zoom >= 14.2 ? 2 : 0;
  return shown
    .filter((s) => (chosen(s) || s.worst <= worst) && view.glyphs(titleOf(s, view.language)))
    .sort((a, b) => Number(chosen(b)) - Number(chosen(a)) || a.worst - b.worst)
    .filter(
      (s) =>
        view.space.take(s.position, {
          dx: 0,
          dy: titleOffsetY(s),
          width: textWidthPx(titleOf(s, view.language), 12) + 6,
          height: 16,
        }) || chosen(s),
    );
}

function countLayer(many: readonly Shown[], theme: Theme): Layer {
  const t = tokens[theme];
  return new TextLayer<Shown>({
    ...textLook(theme),
    id: 'incident-counts',
    data: many as Shown[],
    getText: (s) => String(s.members.length),
    getPosition: (s) => s.position,
    getPixelOffset: [13, -13],
    getSize: 11,
    outlineWidth: 0,
    getColor: rgba(t.surface.base),
    background: true,
    getBackgroundColor: (s) => rgba(t.severity[s.worst as SeverityKey]),
    backgroundPadding: [4, 1],
    backgroundBorderRadius: 7,
    updateTriggers: { getColor: theme, getBackgroundColor: theme },
  });
}

function titleLayer(titled: readonly Shown[], view: IncidentView): Layer {
  return new TextLayer<Shown>({
    ...textLook(view.theme),
    id: 'incident-titles',
    data: titled as Shown[],
    getText: (s) => titleOf(s, view.language),
    getPosition: (s) => s.position,
    getPixelOffset: (s) => [0, titleOffsetY(s)],
    getSize: 12,
    updateTriggers: { getText: view.language, getColor: view.theme },
  });
}

/** Rings that grow from new severe incidents; none where motion is unwanted. */
export function pulseLayer(incidents: readonly PlacedIncident[], nowMs: number, theme: Theme): Layer | null {
  const pulsing = incidents.filter((i) => isPulsing(i, nowMs));
  if (pulsing.length === 0) return null;
  const phase = (nowMs % PULSE_PERIOD_MS) / PULSE_PERIOD_MS;
  return new ScatterplotLayer<PlacedIncident>({
    id: 'incident-pulse',
    data: pulsing,
    getPosition: (i) => i.position,
    radiusUnits: 'pixels',
    lineWidthUnits: 'pixels',
    getRadius: 1,
    radiusScale: 14 + 30 * phase,
    stroked: true,
    filled: false,
    billboard: true,
    getLineWidth: 2.5,
    getLineColor: [...rgb(tokens[theme].severity[1]), 255],
    opacity: (1 - phase) ** 1.5,
    parameters: { depthCompare: 'always', depthWriteEnabled: false },
  });
}
