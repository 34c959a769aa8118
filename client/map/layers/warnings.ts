/** Public warnings on the map: areas by severity, filled where they are meant, a line where not; each with its words. */
import type { Layer } from '@deck.gl/core';
import { PolygonLayer, TextLayer } from '@deck.gl/layers';
import type { Language } from '../../../server/contract/text.ts';
import type { WarningRecord } from '../../../server/contract/warnings.ts';
import { tokens, type Theme } from '../../ui/tokens.ts';
import { severityLooks, type CapSeverity } from '../../ui/warning-look.ts';
import { rgba } from '../icons.ts';
import { textWidthPx, type LabelSpace } from './label-space.ts';
import { textLook } from './text.ts';
import {
  warningLabels,
  warningLabelText,
  warningShapes,
  type WarningLabel,
  type WarningShape,
} from './warnings-shown.ts';

/** The map and what moves on it stay readable below. */
const FILL_ALPHA = 34;
const LINE_PX = { filled: 2, bare: 1.5 } as const;
const LABEL_PX = 12;
const LABEL_UP_PX = -10;

export interface WarningView {
  readonly theme: Theme;
  readonly language: Language;
  readonly space: LabelSpace;
  /** Whether the label font has the glyphs of a text by now. */
  readonly glyphs: (text: string) => boolean;
}

export function warningLayers(shown: readonly WarningRecord[], view: WarningView): Layer[] {
  const shapes = warningShapes(shown);
  if (shapes.length === 0) return [];
  const colour = (severity: CapSeverity, alpha?: number): [number, number, number, number] =>
    rgba(tokens[view.theme].severity[severityLooks[severity].colour], alpha);
  const labels = warningLabels(shown)
    .toReversed()
    .filter((label) => {
      const text = warningLabelText(label.record, view.language);
      const width = textWidthPx(text, LABEL_PX) + 10;
      return (
        view.glyphs(text) && view.space.take(label.position, { dx: 0, dy: LABEL_UP_PX, width, height: 18 })
      );
    });
  return [
    new PolygonLayer<WarningShape>({
      id: 'warnings',
      data: shapes as WarningShape[],
      getPolygon: (s) => s.ring as [number, number][],
      filled: true,
      stroked: true,
      lineWidthUnits: 'pixels',
      getLineWidth: (s) => (s.filled ? LINE_PX.filled : LINE_PX.bare),
      getLineColor: (s) => colour(s.severity),
      getFillColor: (s) => colour(s.severity, s.filled ? FILL_ALPHA : 0),
      updateTriggers: { getLineColor: view.theme, getFillColor: view.theme },
      parameters: { depthCompare: 'always', depthWriteEnabled: false },
    }),
    new TextLayer<WarningLabel>({
      ...textLook(view.theme),
      id: 'warning-labels',
      data: labels,
      getText: (l) => warningLabelText(l.record, view.language),
      getPosition: (l) => [l.position[0], l.position[1]],
      getPixelOffset: [0, LABEL_UP_PX],
      getSize: LABEL_PX,
      getColor: (l) => colour(l.severity),
      updateTriggers: { getText: view.language, getColor: view.theme },
    }),
  ];
}
