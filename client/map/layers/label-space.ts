/**
 * Room for labels on the screen: first come, first served, so that who asks in the order of importance never sees a
 * lesser label over a greater. The same questions in the same order give the same answers.
 */
import { mercatorX, mercatorY, type LonLat } from '../../../server/contract/geo.ts';

/** CSS pixels; the middle of the box from the place, x to the right and y down. */
export interface LabelBox {
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
}

interface Taken {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const CELL_PX = 96;

export class LabelSpace {
  private readonly scale: number;
  private readonly cos: number;
  private readonly sin: number;
  private readonly cells = new Map<string, Taken[]>();

  constructor(zoom: number, bearingDeg: number) {
    this.scale = 512 * 2 ** zoom;
    this.cos = Math.cos((bearingDeg * Math.PI) / 180);
    this.sin = Math.sin((bearingDeg * Math.PI) / 180);
  }

  /** Takes the room whether it is free or not: what is drawn there is drawn anyway. */
  block(at: LonLat, box: LabelBox): void {
    this.put(this.boxOf(at, box));
  }

  /** Takes the room where it is free. */
  take(at: LonLat, box: LabelBox): boolean {
    const b = this.boxOf(at, box);
    for (const key of cellsOf(b)) {
      for (const o of this.cells.get(key) ?? []) {
        if (b.left < o.right && b.right > o.left && b.top < o.bottom && b.bottom > o.top) return false;
      }
    }
    this.put(b);
    return true;
  }

  private put(b: Taken): void {
    for (const key of cellsOf(b)) {
      const cell = this.cells.get(key);
      if (cell) cell.push(b);
      else this.cells.set(key, [b]);
    }
  }

  private boxOf(at: LonLat, { dx, dy, width, height }: LabelBox): Taken {
    const wx = mercatorX(at[0]) * this.scale;
    const wy = mercatorY(at[1]) * this.scale;
    const x = wx * this.cos + wy * this.sin + dx;
    const y = wy * this.cos - wx * this.sin + dy;
    return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
  }
}

function* cellsOf(b: Taken): Generator<string> {
  for (let x = Math.floor(b.left / CELL_PX); x <= Math.floor(b.right / CELL_PX); x++) {
    for (let y = Math.floor(b.top / CELL_PX); y <= Math.floor(b.bottom / CELL_PX); y++) yield `${x},${y}`;
  }
}

/** Han characters are as wide as high, others little more than half of it. */
export function textWidthPx(text: string, sizePx: number): number {
  let ems = 0;
  for (const c of text) ems += c > '\u2e7f' ? 1 : 0.58;
  return ems * sizePx;
}
