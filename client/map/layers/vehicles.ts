/**
 * Vehicles: one instanced draw of the store's own buffer. A received message costs one upload of what changed, a drawn
 * frame a few uniforms, whatever the number of vehicles.
 */
import { moverKinds } from '../../../server/contract/observations.ts';
import { UNIT_M_EQUATOR, VEHICLE_STRIDE, type VehicleStore } from '../../sync/vehicle-store.ts';
import { rgb, tokens, type Hex, type Theme } from '../../ui/tokens.ts';
import { instancedSquares, paintOver, Program } from '../gl/program.ts';
import { groundFrame, type Camera } from './ground.ts';
import { fragmentShader, vehicleAttributes, vertexShader } from './vehicles-shader.ts';

export type VehicleColour = 'kind' | 'speed';

export interface VehiclesView {
  readonly theme: Theme;
  readonly colourBy: VehicleColour;
  /** -1: none. */
  readonly selectedSlot: number;
}

/** Colours 0…1 with their opacity, four numbers each. */
export function colourVectors(colours: readonly Hex[], alpha = 1): Float32Array {
  return Float32Array.from(
    colours.flatMap((hex) => {
      const [r, g, b] = rgb(hex);
      return [r / 255, g / 255, b / 255, alpha];
    }),
  );
}

interface Look {
  readonly shape: number;
  readonly minLengthPx: number;
  readonly minWidthPx: number;
  readonly opacity: number;
}

const clamp01 = (v: number): number => Math.max(0, Math.min(1, v));

/**
 * Dots far out, cars near; between z14.5 and z15.5 the one becomes the other. A handful in view is drawn larger than a
 * crowd: three cabs of a city must be found.
 */
export function vehicleLook(zoom: number, count: number): Look {
  const shape = clamp01(zoom - 14.5);
  const near = clamp01((zoom - 12) / 4);
  const few = clamp01((3 - Math.log10(Math.max(1, count))) / 2);
  return {
    shape,
    minLengthPx: 2.2 + near * 5.8 + few * 8,
    minWidthPx: 2.2 + near * 1.8 + few * (8 - shape * 4),
    // Far out a crowd of dots must not hide the colours of the roads.
    opacity: Math.max(0.72 + 0.28 * near, few),
  };
}

interface Palette {
  readonly kinds: Float32Array;
  readonly ramp: Float32Array;
  readonly halo: Float32Array;
  readonly selected: Float32Array;
}

function paletteOf(theme: Theme): Palette {
  const t = tokens[theme];
  const { A, B, C, D, E, F, none } = t.los;
  return {
    kinds: colourVectors(Array.from({ length: 8 }, (_, i) => t.mover[moverKinds[i] ?? 'other'])),
    ramp: colourVectors([A, B, C, D, E, F, none, none]),
    halo: colourVectors([t.map.symbolHalo], theme === 'dark' ? 0.75 : 0.85),
    selected: colourVectors([t.map.selection]),
  };
}
const palettes: Readonly<Record<Theme, Palette>> = { dark: paletteOf('dark'), light: paletteOf('light') };

export class VehiclesPainter {
  private readonly gl: WebGL2RenderingContext;
  private readonly store: VehicleStore;
  private readonly program: Program;
  private readonly buffer: WebGLBuffer;
  private readonly squares: WebGLVertexArrayObject;
  private capacity = 0;
  private version = -1;

  constructor(gl: WebGL2RenderingContext, store: VehicleStore) {
    this.gl = gl;
    this.store = store;
    this.program = new Program(gl, vertexShader, fragmentShader, vehicleAttributes);
    this.buffer = gl.createBuffer();
    this.squares = instancedSquares(gl, this.buffer, VEHICLE_STRIDE, [
      { size: 4, type: 'float', offset: 0 },
      { size: 2, type: 'float', offset: 16 },
      { size: 4, type: 'byte', offset: 24 },
    ]);
  }

  /** Whether its shaders can draw by now. */
  ready(): boolean {
    return this.program.ready();
  }

  /** Draws everything as it stands at `nowMs` (local time, as the store's). */
  draw(camera: Camera, nowMs: number, view: VehiclesView): void {
    const { gl, store, program } = this;
    this.upload();
    if (store.count === 0 || !program.ready()) return;
    const frame = groundFrame(camera, store.originX, store.originY);
    const unitM = UNIT_M_EQUATOR * Math.cos(camera.latitude * (Math.PI / 180));
    const look = vehicleLook(camera.zoom, store.count);
    const palette = palettes[view.theme];
    program.use();
    program.matrix('matrix', frame.matrix);
    program.vectors('kinds', palette.kinds);
    program.vectors('ramp', palette.ramp);
    program.vectors('halo', palette.halo);
    program.vectors('selectedColour', palette.selected);
    program.pair('reference', frame.reference);
    program.number('unitsPerPixel', frame.unitsPerPixel);
    program.number('unitsPerMetre', 1 / unitM);
    program.number('nowMs', nowMs - store.epochMs);
    program.number('lateMs', store.lateMs(nowMs));
    program.number('shape', look.shape);
    program.number('minLengthPx', look.minLengthPx);
    program.number('minWidthPx', look.minWidthPx);
    program.number('selected', view.selectedSlot < 0 ? -1 : store.indexOf(view.selectedSlot));
    program.number('bySpeed', view.colourBy === 'speed' ? 1 : 0);
    program.number('opacity', look.opacity);
    paintOver(gl);
    gl.bindVertexArray(this.squares);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, store.count);
    gl.bindVertexArray(null);
  }

  destroy(): void {
    this.gl.deleteVertexArray(this.squares);
    this.gl.deleteBuffer(this.buffer);
    this.program.destroy();
  }

  /** Brings the GPU's copy up to the store, touching only the range that changed. */
  private upload(): void {
    const { gl, store } = this;
    if (this.version === store.version) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    if (store.capacity !== this.capacity) {
      this.capacity = store.capacity;
      gl.bufferData(gl.ARRAY_BUFFER, this.capacity * VEHICLE_STRIDE, gl.DYNAMIC_DRAW);
      this.version = -1;
    }
    const whole = this.version < 0;
    const from = whole ? 0 : Math.min(store.dirtyFrom, store.count);
    const to = whole ? store.count : Math.min(store.dirtyTo, store.count);
    if (to > from) {
      const start = from * VEHICLE_STRIDE;
      gl.bufferSubData(gl.ARRAY_BUFFER, start, store.bytes, start, (to - from) * VEHICLE_STRIDE);
    }
    store.clean();
    this.version = store.version;
  }
}
