/**
 * Vehicles: one instanced draw of the store's own buffer. A received message costs one upload, a drawn frame a few
 * uniforms, whatever the number of vehicles.
 */
import { Layer, type DefaultProps } from '@deck.gl/core';
import { Buffer, type Device } from '@luma.gl/core';
import { Geometry, Model } from '@luma.gl/engine';
import { moverKinds } from '../../../server/contract/observations.ts';
import { UNIT_M_EQUATOR, VEHICLE_STRIDE, type VehicleStore } from '../../sync/vehicle-store.ts';
import { rgb, tokens, type Hex, type Theme } from '../../ui/tokens.ts';
import { groundFrame } from './ground.ts';
import { fragmentShader, vertexShader, vehiclesUniforms } from './vehicles-shader.ts';

export type VehicleColour = 'kind' | 'speed';

export interface VehiclesLayerProps {
  store: VehicleStore;
  /** Local time, as the store's. */
  nowMs: () => number;
  theme: Theme;
  colourBy: VehicleColour;
  /** -1: none. */
  selectedSlot: number;
}

const vec4 = (hex: Hex, alpha = 1): [number, number, number, number] => {
  const [r, g, b] = rgb(hex);
  return [r / 255, g / 255, b / 255, alpha];
};

/** Eight colours as two 4×4 matrices, four columns each. */
export function colourMatrices(colours: readonly Hex[]): { low: number[]; high: number[] } {
  const eight = Array.from({ length: 8 }, (_, i) => vec4(colours[Math.min(i, colours.length - 1)]!));
  return { low: eight.slice(0, 4).flat(), high: eight.slice(4).flat() };
}

interface Look {
  readonly shape: number;
  readonly minLengthPx: number;
  readonly minWidthPx: number;
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
    minLengthPx: 2.6 + near * 5.4 + few * 8,
    minWidthPx: 2.6 + near * 1.4 + few * (8 - shape * 4),
  };
}

const defaultProps: DefaultProps<VehiclesLayerProps> = {
  store: { type: 'object', value: null as never, compare: false },
  nowMs: { type: 'function', value: Date.now, compare: false },
  theme: 'dark',
  colourBy: 'kind',
  selectedSlot: -1,
};

interface VehiclesState {
  model: Model;
  buffer: Buffer;
  capacity: number;
  version: number;
}

export class VehiclesLayer extends Layer<VehiclesLayerProps> {
  static override layerName = 'CityVehicles';
  static override defaultProps = defaultProps;

  override initializeState(): void {
    const { device } = this.context;
    const capacity = Math.max(1, this.props.store.capacity);
    const buffer = makeBuffer(device, capacity);
    this.setState({ model: makeModel(device, this.id, buffer), buffer, capacity, version: -1 });
  }

  override getNumInstances(): number {
    return this.props.store.count;
  }

  // The shaders use none of deck.gl's modules; their uniforms need not be kept up.
  override setShaderModuleProps(): void {}

  override finalizeState(): void {
    const { model, buffer } = this.vehicles;
    model.destroy();
    buffer.destroy();
  }

  override draw(): void {
    const { store, nowMs, theme, colourBy, selectedSlot } = this.props;
    const state = this.vehicles;
    upload(this.context.device, state, store);
    if (store.count === 0) return;
    const { viewport } = this.context;
    const frame = groundFrame(viewport as never, store.originX, store.originY);
    const unitM =
      UNIT_M_EQUATOR * Math.cos((viewport as unknown as { latitude: number }).latitude * (Math.PI / 180));
    const look = vehicleLook(viewport.zoom, store.count);
    const now = nowMs();
    const t = tokens[theme];
    const colours = palette(theme);
    state.model.setInstanceCount(store.count);
    state.model.shaderInputs.setProps({
      vehicles: {
        matrix: frame.matrix,
        coloursLow: colours.kinds.low,
        coloursHigh: colours.kinds.high,
        rampLow: colours.ramp.low,
        rampHigh: colours.ramp.high,
        halo: vec4(t.map.symbolHalo, theme === 'dark' ? 0.75 : 0.85),
        selectedColour: vec4(t.map.selection),
        reference: frame.reference,
        unitsPerPixel: frame.unitsPerPixel,
        unitsPerMetre: 1 / unitM,
        nowMs: now - store.epochMs,
        lateMs: store.lateMs(now),
        ...look,
        selected: selectedSlot < 0 ? -1 : store.indexOf(selectedSlot),
        bySpeed: colourBy === 'speed' ? 1 : 0,
        opacity: this.props.opacity,
      },
    });
    state.model.draw(this.context.renderPass);
  }

  private get vehicles(): VehiclesState {
    return this.state as unknown as VehiclesState;
  }
}

interface Palette {
  readonly kinds: { low: number[]; high: number[] };
  readonly ramp: { low: number[]; high: number[] };
}
const palettes = new Map<Theme, Palette>();

function palette(theme: Theme): Palette {
  const known = palettes.get(theme);
  if (known) return known;
  const t = tokens[theme];
  const made = {
    kinds: colourMatrices(moverKinds.map((k) => t.mover[k])),
    ramp: colourMatrices([t.los.A, t.los.B, t.los.C, t.los.D, t.los.E, t.los.F, t.los.none]),
  };
  palettes.set(theme, made);
  return made;
}

const makeBuffer = (device: Device, capacity: number): Buffer =>
  device.createBuffer({ usage: Buffer.VERTEX | Buffer.COPY_DST, byteLength: capacity * VEHICLE_STRIDE });

/** Brings the GPU's copy up to the store, touching only the range that changed. */
function upload(device: Device, state: VehiclesState, store: VehicleStore): void {
  if (state.version === store.version && state.capacity >= store.count) return;
  if (store.capacity > state.capacity) {
    state.buffer.destroy();
    state.capacity = store.capacity;
    state.buffer = makeBuffer(device, store.capacity);
    state.model.setAttributes({ vehicles: state.buffer });
    state.version = -1;
  }
  const from = state.version < 0 ? 0 : Math.min(store.dirtyFrom, store.count);
  const to = state.version < 0 ? store.count : Math.min(store.dirtyTo, store.count);
  if (to > from) {
    state.buffer.write(
      store.bytes.subarray(from * VEHICLE_STRIDE, to * VEHICLE_STRIDE),
      from * VEHICLE_STRIDE,
    );
  }
  store.clean();
  state.version = store.version;
}

function makeModel(device: Device, id: string, buffer: Buffer): Model {
  return new Model(device, {
    id,
    vs: vertexShader,
    fs: fragmentShader,
    modules: [vehiclesUniforms as never],
    bufferLayout: [
      {
        name: 'vehicles',
        stepMode: 'instance',
        byteStride: VEHICLE_STRIDE,
        attributes: [
          { attribute: 'instanceFromTo', format: 'float32x4', byteOffset: 0 },
          { attribute: 'instanceTiming', format: 'float32x2', byteOffset: 16 },
          { attribute: 'instanceTraits', format: 'unorm8x4', byteOffset: 24 },
        ],
      },
    ],
    attributes: { vehicles: buffer },
    geometry: new Geometry({
      topology: 'triangle-strip',
      attributes: { corners: { size: 2, value: new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]) } },
    }),
    parameters: { depthWriteEnabled: false, depthCompare: 'always', cullMode: 'none' },
    isInstanced: true,
    disableWarnings: true,
  });
}
