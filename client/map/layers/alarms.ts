/**
 * Alarms: the shape and figure of their priority, solid until somebody acknowledges them, with a halo that flashes
 * meanwhile. The halo is a layer of its own over the same data: a flash switches it on or off and uploads nothing.
 */
import type { Layer } from '@deck.gl/core';
import { IconLayer, TextLayer } from '@deck.gl/layers';
import type { AlarmPriority } from '../../../server/contract/alarms.ts';
import { tokens, type Theme } from '../../ui/tokens.ts';
import { alarmIcon, ALARM_CELL_RATIO, rgba, type Atlas } from '../icons.ts';
import { LIFT_PX, type PlacedAlarm, type ShownAlarm } from './alarms-shown.ts';
import type { LabelSpace } from './label-space.ts';
import { textLook } from './text.ts';

const SHAPE_PX: Readonly<Record<AlarmPriority, number>> = { 1: 27, 2: 23, 3: 20 };

export interface AlarmMapView {
  readonly theme: Theme;
  readonly atlas: Atlas;
  readonly space: LabelSpace;
}

const first = (s: ShownAlarm): PlacedAlarm => s.members[0]!;
const offsetOf = (s: ShownAlarm): [number, number] => (first(s).lifted ? [...LIFT_PX] : [0, 0]);
const cellPx = (s: ShownAlarm): number => SHAPE_PX[first(s).priority] * ALARM_CELL_RATIO;

const common = (view: Pick<AlarmMapView, 'atlas'>) => ({
  iconAtlas: view.atlas.image,
  iconMapping: view.atlas.mapping,
  getPosition: (s: ShownAlarm) => [s.position[0], s.position[1]] as [number, number],
  getPixelOffset: offsetOf,
  getSize: cellPx,
  sizeUnits: 'pixels' as const,
  parameters: { depthCompare: 'always', depthWriteEnabled: false } as const,
});

export function alarmLayers(shown: readonly ShownAlarm[], view: AlarmMapView): Layer[] {
  for (const s of shown) {
    const [dx, dy] = offsetOf(s);
    const side = SHAPE_PX[first(s).priority];
    view.space.block(s.position, { dx, dy, width: side, height: side });
  }
  const many = shown.filter((s) => s.members.length > 1);
  const layers: Layer[] = [
    new IconLayer<ShownAlarm>({
      ...common(view),
      id: 'alarms',
      data: shown as ShownAlarm[],
      getIcon: (s) => alarmIcon(first(s).priority, first(s).unacknowledged ? 'open' : 'seen'),
    }),
  ];
  if (many.length > 0) layers.push(countLayer(many, view.theme));
  return layers;
}

function countLayer(many: readonly ShownAlarm[], theme: Theme): Layer {
  const t = tokens[theme];
  return new TextLayer<ShownAlarm>({
    ...textLook(theme),
    id: 'alarm-counts',
    data: many as ShownAlarm[],
    getText: (s) => String(s.members.length),
    getPosition: (s) => [s.position[0], s.position[1]],
    getPixelOffset: (s) => [offsetOf(s)[0] + 14, offsetOf(s)[1] - 13],
    getSize: 10,
    outlineWidth: 0,
    getColor: rgba(t.surface.base),
    background: true,
    getBackgroundColor: (s) => rgba(t.alarm[first(s).priority]),
    backgroundPadding: [3, 1],
    backgroundBorderRadius: 2,
    updateTriggers: { getColor: theme, getBackgroundColor: theme },
  });
}

/** The halo of those nobody has acknowledged; `lit` switches it. The same `data` every time: nothing is uploaded. */
export function alarmHaloLayer(
  data: readonly ShownAlarm[],
  lit: boolean,
  view: Pick<AlarmMapView, 'atlas'>,
): Layer {
  return new IconLayer<ShownAlarm>({
    ...common(view),
    id: 'alarm-halos',
    data: data as ShownAlarm[],
    getIcon: (s) => alarmIcon(first(s).priority, 'halo'),
    visible: lit,
  });
}
