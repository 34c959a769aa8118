/** How text looks in the data layers, and which glyphs of the label font are there to be drawn. */
import { tokens, type Theme } from '../../ui/tokens.ts';
import { rgba } from '../icons.ts';

export const LABEL_FONT = "'Noto Sans SC Variable', 'Noto Sans SC', sans-serif";

/**
 * Props that all text layers share. One font, one weight, one size of atlas: deck.gl keeps only three atlases, and a
 * fourth would have every layer draw its glyphs anew.
 */
export function textLook(theme: Theme): {
  fontFamily: string;
  fontWeight: number;
  characterSet: 'auto';
  fontSettings: { sdf: true; fontSize: number; buffer: number; radius: number; smoothing: number };
  outlineWidth: number;
  outlineColor: [number, number, number, number];
  getColor: [number, number, number, number];
  parameters: { depthCompare: 'always'; depthWriteEnabled: false };
} {
  const t = tokens[theme];
  return {
    fontFamily: LABEL_FONT,
    fontWeight: 500,
    characterSet: 'auto',
    fontSettings: { sdf: true, fontSize: 48, buffer: 8, radius: 12, smoothing: 0.12 },
    outlineWidth: 3,
    outlineColor: rgba(t.map.labelHalo),
    getColor: rgba(t.text.main),
    parameters: { depthCompare: 'always', depthWriteEnabled: false },
  };
}

/**
 * Loads the subsets of the label font that texts need. deck.gl draws a glyph once and keeps it: drawn before its
 * subset is there, it would stay in another font or a box.
 */
export class GlyphGate {
  private readonly known = new Set<string>();
  private readonly pending = new Set<string>();
  private readonly onLoaded: () => void;

  constructor(onLoaded: () => void) {
    this.onLoaded = onLoaded;
  }

  /** True where every glyph of the text may be drawn; else loading begins and `onLoaded` follows. */
  ready(text: string): boolean {
    let missing = '';
    for (const character of text) if (!this.known.has(character)) missing += character;
    if (missing === '') return true;
    let fresh = '';
    for (const character of missing) {
      if (this.pending.has(character)) continue;
      this.pending.add(character);
      fresh += character;
    }
    if (fresh !== '') void this.load(fresh);
    return false;
  }

  private async load(characters: string): Promise<void> {
    // A font that cannot be loaded must not keep the text away: it is then drawn in what the machine has.
    await Promise.allSettled([document.fonts.load(`500 48px ${LABEL_FONT}`, characters)]);
    for (const character of characters) {
      this.pending.delete(character);
      this.known.add(character);
    }
    this.onLoaded();
  }
}
