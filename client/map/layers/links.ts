/**
 * Links by level of service: geometry uploaded once, state in a texture of one texel a link, so that a received frame
 * costs one small texture write and a drawn frame some uniforms.
 */
import { roadClasses } from '../../../server/contract/city-pack.ts';
import type { Telemetry } from '../../sync/telemetry.ts';
import { tokens, type Theme } from '../../ui/tokens.ts';
import { instancedSquares, paintOver, Program } from '../gl/program.ts';
import type { Network } from '../network.ts';
import { roadWidthPx } from '../road-width.ts';
import { groundFrame, type Camera } from './ground.ts';
import { buildSegments, MITRE_MAX, SEGMENT_STRIDE } from './links-geometry.ts';
import { colourVectors } from './vehicles.ts';

export interface LinksView {
  readonly theme: Theme;
  readonly drivesOn: 'right' | 'left';
  /** -1: none. */
  readonly selectedLink: number;
}

const TEXTURE_WIDTH = 1_024;
const attributes = ['corners', 'instanceEnds', 'instanceMitres', 'instanceLink', 'instanceTraits'] as const;

const vs = /* glsl */ `\
#version 300 es
precision highp float;
uniform mat4 matrix;
uniform vec4 colours[8];
uniform vec4 selectedColour;
uniform float widths[8];
uniform vec2 reference;
uniform float unitsPerPixel;
uniform float side;
uniform float fill;
uniform float spread;
uniform float plain;
uniform float calm;
uniform float selected;
in vec2 corners;
in vec4 instanceEnds;
in vec4 instanceMitres;
in float instanceLink;
in vec4 instanceTraits;
uniform highp sampler2D linkStates;
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
  float road = widths[roadClass];
  bool twoWay = traits.y > 0.5;
  bool chosen = abs(instanceLink - selected) < 0.5;

  // What flows freely stays in the background, so that what does not is seen at a glance.
  bool flowing = measured && los < 2;
  float width = road * fill * (twoWay ? 0.5 + 0.5 * (1.0 - spread) : 1.0);
  width = max(width, measured ? 1.3 : 0.6);
  if (!measured) width = min(width * 0.5, 2.0);
  if (flowing) width *= mix(1.0, 0.5, calm);
  if (measured && los >= 4) width = max(width, 2.2);
  if (chosen) width += 5.0;
  // To the driving side: the middle of its half of the road.
  float offset = twoWay ? side * spread * max(road * 0.25, 0.8) : 0.0;

  vHalf = width * 0.5 + 0.6;
  vAcross = corners.y * vHalf;
  vec2 bend = (corners.x < 0.0 ? instanceMitres.xy : instanceMitres.zw) * ${MITRE_MAX.toFixed(1)};
  vec2 end = (corners.x < 0.0 ? instanceEnds.xy : instanceEnds.zw) - reference;
  vec2 ground = end + bend * (offset + vAcross) * unitsPerPixel;
  gl_Position = matrix * vec4(ground, 0.0, 1.0);

  vColour = colours[stale ? 7 : min(los, 6)];
  if (!measured) vColour.a *= plain;
  if (flowing && !chosen) vColour.a *= mix(1.0, los == 0 ? 0.42 : 0.6, calm);
  if (traits.z > 1.5) vColour.a *= 0.45;
  if (chosen && !measured) vColour = selectedColour;
}
`;

const fs = /* glsl */ `\
#version 300 es
precision highp float;
in vec4 vColour;
in float vAcross;
in float vHalf;
out vec4 fragColor;

void main(void) {
  float edge = 1.0 - smoothstep(vHalf - 1.1, vHalf, abs(vAcross));
  float alpha = vColour.a * edge;
  if (alpha < 0.01) discard;
  fragColor = vec4(vColour.rgb * alpha, alpha);
}
`;

const clamp01 = (v: number): number => Math.max(0, Math.min(1, v));

export interface LinkLook {
  /** Of the road's width, what is painted. */
  readonly fill: number;
  /** 0: both directions on the line of the road; 1: each on its own side. */
  readonly spread: number;
  /** 1: levels A and B thin and dim; 0: as strong as the others. */
  readonly calm: number;
  /** Opacity of what is not measured. */
  readonly plain: number;
}

/** Far out the colour is the road; close up it leaves the surface to the vehicles. */
export function linkLook(zoom: number): LinkLook {
  const near = clamp01((zoom - 15.5) / 2);
  return {
    fill: 0.86 - near * 0.56,
    spread: clamp01(zoom - 12.2),
    calm: 1 - 0.6 * near,
    plain: clamp01((zoom - 11) / 3) * 0.7,
  };
}

const coloursOf = (theme: Theme): Float32Array => {
  const { A, B, C, D, E, F, none, stale } = tokens[theme].los;
  return colourVectors([A, B, C, D, E, F, none, stale]);
};
const colours: Readonly<Record<Theme, Float32Array>> = {
  dark: coloursOf('dark'),
  light: coloursOf('light'),
};

export class LinksPainter {
  readonly network: Network;
  private readonly gl: WebGL2RenderingContext;
  private readonly telemetry: Telemetry;
  private readonly program: Program;
  private readonly buffer: WebGLBuffer;
  private readonly segments: WebGLVertexArrayObject;
  private readonly segmentCount: number;
  private readonly texture: WebGLTexture;
  private readonly texels: Uint8Array;
  private readonly widths = new Float32Array(8);
  private version = -1;

  constructor(gl: WebGL2RenderingContext, network: Network, telemetry: Telemetry) {
    this.gl = gl;
    this.network = network;
    this.telemetry = telemetry;
    this.program = new Program(gl, vs, fs, attributes);
    const { bytes, count } = buildSegments(network);
    this.segmentCount = count;
    this.buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.STATIC_DRAW);
    this.segments = instancedSquares(gl, this.buffer, SEGMENT_STRIDE, [
      { size: 4, type: 'float', offset: 0 },
      { size: 4, type: 'short', offset: 16 },
      { size: 1, type: 'float', offset: 24 },
      { size: 4, type: 'byte', offset: 28 },
    ]);
    const rows = Math.max(1, Math.ceil(network.linkCount / TEXTURE_WIDTH));
    this.texels = new Uint8Array(TEXTURE_WIDTH * rows).fill(7);
    this.texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R8, TEXTURE_WIDTH, rows);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
    }
  }

  /** Whether its shaders can draw by now. */
  ready(): boolean {
    return this.program.ready();
  }

  draw(camera: Camera, view: LinksView): void {
    const { gl, program, network } = this;
    if (this.segmentCount === 0 || !program.ready()) return;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    this.upload();
    const frame = groundFrame(camera, network.originX, network.originY);
    const look = linkLook(camera.zoom);
    for (const [i, c] of roadClasses.entries()) this.widths[i] = roadWidthPx(c, camera.zoom);
    program.use();
    program.integer('linkStates', 0);
    program.matrix('matrix', frame.matrix);
    program.vectors('colours', colours[view.theme]);
    program.vectors('selectedColour', colourVectors([tokens[view.theme].map.selection]));
    program.numbers('widths', this.widths);
    program.pair('reference', frame.reference);
    program.number('unitsPerPixel', frame.unitsPerPixel);
    program.number('side', view.drivesOn === 'right' ? 1 : -1);
    program.number('fill', look.fill);
    program.number('spread', look.spread);
    program.number('calm', look.calm);
    program.number('plain', look.plain);
    program.number('selected', view.selectedLink);
    paintOver(gl);
    gl.bindVertexArray(this.segments);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.segmentCount);
    gl.bindVertexArray(null);
  }

  destroy(): void {
    this.gl.deleteVertexArray(this.segments);
    this.gl.deleteBuffer(this.buffer);
    this.gl.deleteTexture(this.texture);
    this.program.destroy();
  }

  private upload(): void {
    const { gl, texels, telemetry } = this;
    if (this.version === telemetry.linkStateVersion) return;
    this.version = telemetry.linkStateVersion;
    texels.set(telemetry.linkState.subarray(0, Math.min(this.network.linkCount, telemetry.linkState.length)));
    // The base map, whose context this may be, leaves its own settings for pictures.
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    const rows = texels.length / TEXTURE_WIDTH;
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, TEXTURE_WIDTH, rows, gl.RED, gl.UNSIGNED_BYTE, texels);
  }
}
