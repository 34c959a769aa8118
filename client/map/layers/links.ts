/**
 * Links by level of service: geometry uploaded once, state in a texture of one texel a link, so that a received frame
 * costs one small texture write and a drawn frame some uniforms.
 */
import { Layer, type DefaultProps } from '@deck.gl/core';
import { Buffer, type Device, type Texture } from '@luma.gl/core';
import { Geometry, Model } from '@luma.gl/engine';
import { roadClasses } from '../../../server/contract/city-pack.ts';
import type { Telemetry } from '../../sync/telemetry.ts';
import { tokens, type Theme } from '../../ui/tokens.ts';
import type { Network } from '../network.ts';
import { roadWidthPx } from '../road-width.ts';
import { groundFrame } from './ground.ts';
import { buildSegments, MITRE_MAX, SEGMENT_STRIDE } from './links-geometry.ts';
import { colourMatrices } from './vehicles.ts';

export interface LinksLayerProps {
  network: Network;
  telemetry: Telemetry;
  theme: Theme;
  drivesOn: 'right' | 'left';
  /** -1: none. */
  selectedLink: number;
  beforeId?: string;
}

const TEXTURE_WIDTH = 1_024;

const uniforms = /* glsl */ `\
layout(std140) uniform linksUniforms {
  mat4 matrix;
  mat4 coloursLow;
  mat4 coloursHigh;
  vec4 widthsLow;
  vec4 widthsHigh;
  vec4 selectedColour;
  vec2 reference;
  float unitsPerPixel;
  float side;
  float fill;
  float spread;
  float plain;
  float selected;
  float opacity;
} links;
`;

const linksUniforms = {
  name: 'links',
  vs: uniforms,
  fs: uniforms,
  uniformTypes: {
    matrix: 'mat4x4<f32>',
    coloursLow: 'mat4x4<f32>',
    coloursHigh: 'mat4x4<f32>',
    widthsLow: 'vec4<f32>',
    widthsHigh: 'vec4<f32>',
    selectedColour: 'vec4<f32>',
    reference: 'vec2<f32>',
    unitsPerPixel: 'f32',
    side: 'f32',
    fill: 'f32',
    spread: 'f32',
    plain: 'f32',
    selected: 'f32',
    opacity: 'f32',
  },
} as const;

const vs = /* glsl */ `\
#version 300 es
#define SHADER_NAME city-links-vertex
in vec2 corners;
in vec4 instanceEnds;
in vec4 instanceMitres;
in float instanceLink;
in vec4 instanceTraits;
uniform sampler2D linkStates;
out vec4 vColour;
out float vAcross;
out float vHalf;

void main(void) {
  int link = int(instanceLink + 0.5);
  int state = int(texelFetch(linkStates, ivec2(link % ${TEXTURE_WIDTH}, link / ${TEXTURE_WIDTH}), 0).r * 255.0 + 0.5);
  int los = state & 7;
  bool stale = (state & 32) != 0;
  bool measured = los < 6 && !stale;
  vec4 traits = floor(instanceTraits * 255.0 + 0.5);
  int roadClass = int(traits.x);
  float road = roadClass < 4 ? links.widthsLow[roadClass] : links.widthsHigh[roadClass - 4];
  bool twoWay = traits.y > 0.5;
  bool chosen = abs(instanceLink - links.selected) < 0.5;

  float width = road * links.fill * (twoWay ? 0.5 + 0.5 * (1.0 - links.spread) : 1.0);
  width = max(width, measured ? 1.3 : 0.6);
  if (!measured) width = min(width * 0.5, 2.0);
  if (chosen) width += 5.0;
  // To the driving side: the middle of its half of the road.
  float offset = twoWay ? links.side * links.spread * max(road * 0.25, 0.8) : 0.0;

  vHalf = width * 0.5 + 0.6;
  vAcross = corners.y * vHalf;
  vec2 bend = (corners.x < 0.0 ? instanceMitres.xy : instanceMitres.zw) * ${MITRE_MAX.toFixed(1)};
  vec2 end = (corners.x < 0.0 ? instanceEnds.xy : instanceEnds.zw) - links.reference;
  vec2 ground = end + bend * (offset + vAcross) * links.unitsPerPixel;
  gl_Position = links.matrix * vec4(ground, 0.0, 1.0);

  vColour = stale ? links.coloursHigh[3] : los < 4 ? links.coloursLow[los] : los < 6 ? links.coloursHigh[los - 4] : links.coloursHigh[2];
  if (!measured) vColour.a *= links.plain;
  if (traits.z > 1.5) vColour.a *= 0.45;
  if (chosen && !measured) vColour = links.selectedColour;
}
`;

const fs = /* glsl */ `\
#version 300 es
#define SHADER_NAME city-links-fragment
precision highp float;
in vec4 vColour;
in float vAcross;
in float vHalf;
out vec4 fragColor;

void main(void) {
  float edge = 1.0 - smoothstep(vHalf - 1.1, vHalf, abs(vAcross));
  float alpha = vColour.a * edge * links.opacity;
  if (alpha < 0.01) discard;
  fragColor = vec4(vColour.rgb, alpha);
}
`;

const defaultProps: DefaultProps<LinksLayerProps> = {
  network: { type: 'object', value: null as never, compare: false },
  telemetry: { type: 'object', value: null as never, compare: false },
  theme: 'dark',
  drivesOn: 'right',
  selectedLink: -1,
};

const clamp01 = (v: number): number => Math.max(0, Math.min(1, v));

export interface LinkLook {
  /** Of the road's width, what is painted. */
  readonly fill: number;
  /** 0: both directions on the line of the road; 1: each on its own side. */
  readonly spread: number;
  /** Opacity of what is not measured. */
  readonly plain: number;
}

/** Far out the colour is the road; close up it leaves the surface to the vehicles. */
export function linkLook(zoom: number): LinkLook {
  const near = clamp01((zoom - 15.5) / 2);
  return { fill: 0.86 - near * 0.56, spread: clamp01(zoom - 12.2), plain: clamp01((zoom - 11) / 3) * 0.7 };
}

interface LinksState {
  model: Model;
  texture: Texture;
  texels: Uint8Array;
  version: number;
}

export class LinksLayer extends Layer<LinksLayerProps> {
  static override layerName = 'CityLinks';
  static override defaultProps = defaultProps;

  override initializeState(): void {
    const { device } = this.context;
    const segments = buildSegments(this.props.network);
    const rows = Math.max(1, Math.ceil(this.props.network.linkCount / TEXTURE_WIDTH));
    const texture = device.createTexture({
      width: TEXTURE_WIDTH,
      height: rows,
      format: 'r8unorm',
      mipLevels: 1,
      sampler: { minFilter: 'nearest', magFilter: 'nearest' },
    });
    const model = makeModel(device, this.id, segments.bytes, segments.count, texture);
    const texels = new Uint8Array(TEXTURE_WIDTH * rows).fill(7);
    this.setState({ model, texture, texels, version: -1 });
  }

  override getNumInstances(): number {
    return this.links.model.instanceCount;
  }

  // The shaders use none of deck.gl's modules; their uniforms need not be kept up.
  override setShaderModuleProps(): void {}

  override finalizeState(): void {
    this.links.model.destroy();
    this.links.texture.destroy();
  }

  override draw(): void {
    const { network, telemetry, theme, drivesOn, selectedLink } = this.props;
    const state = this.links;
    if (network.linkCount === 0) return;
    if (state.version !== telemetry.linkStateVersion) {
      state.texels.set(
        telemetry.linkState.subarray(0, Math.min(network.linkCount, telemetry.linkState.length)),
      );
      state.texture.writeData(state.texels);
      state.version = telemetry.linkStateVersion;
    }
    const { viewport } = this.context;
    const frame = groundFrame(viewport as never, network.originX, network.originY);
    const t = tokens[theme];
    const colours = colourMatrices([
      t.los.A,
      t.los.B,
      t.los.C,
      t.los.D,
      t.los.E,
      t.los.F,
      t.los.none,
      t.los.stale,
    ]);
    const widths = roadClasses.map((c) => roadWidthPx(c, viewport.zoom));
    state.model.shaderInputs.setProps({
      links: {
        matrix: frame.matrix,
        coloursLow: colours.low,
        coloursHigh: colours.high,
        widthsLow: widths.slice(0, 4),
        widthsHigh: [...widths.slice(4), 0],
        selectedColour: colourMatrices([t.map.selection]).low.slice(0, 4),
        reference: frame.reference,
        unitsPerPixel: frame.unitsPerPixel,
        side: drivesOn === 'right' ? 1 : -1,
        ...linkLook(viewport.zoom),
        selected: selectedLink,
        opacity: this.props.opacity,
      },
    });
    state.model.draw(this.context.renderPass);
  }

  private get links(): LinksState {
    return this.state as unknown as LinksState;
  }
}

function makeModel(device: Device, id: string, bytes: Uint8Array, count: number, linkStates: Texture): Model {
  const buffer = device.createBuffer({
    usage: Buffer.VERTEX,
    data: bytes.length > 0 ? bytes : new Uint8Array(SEGMENT_STRIDE),
  });
  return new Model(device, {
    id,
    vs,
    fs,
    modules: [linksUniforms as never],
    bufferLayout: [
      {
        name: 'segments',
        stepMode: 'instance',
        byteStride: SEGMENT_STRIDE,
        attributes: [
          { attribute: 'instanceEnds', format: 'float32x4', byteOffset: 0 },
          { attribute: 'instanceMitres', format: 'snorm16x4', byteOffset: 16 },
          { attribute: 'instanceLink', format: 'float32', byteOffset: 24 },
          { attribute: 'instanceTraits', format: 'unorm8x4', byteOffset: 28 },
        ],
      },
    ],
    attributes: { segments: buffer },
    bindings: { linkStates },
    geometry: new Geometry({
      topology: 'triangle-strip',
      attributes: { corners: { size: 2, value: new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]) } },
    }),
    instanceCount: count,
    parameters: { depthWriteEnabled: false, depthCompare: 'always', cullMode: 'none' },
    isInstanced: true,
    disableWarnings: true,
  });
}
