/**
 * Shaders of the vehicle layer. An instance carries where it was, where it goes, since when and how fast; the time is a
 * uniform. `progress` repeats VehicleStore.progress (SY-67): change both.
 */
/** What one of the shaders uses of them is set; the rest the linker drops. */
const uniforms = /* glsl */ `\
uniform mat4 matrix;
uniform vec4 kinds[8];
uniform vec4 ramp[8];
uniform vec4 halo;
uniform vec4 selectedColour;
uniform vec2 reference;
uniform float unitsPerPixel;
uniform float unitsPerMetre;
uniform float nowMs;
uniform float lateMs;
uniform float shape;
uniform float minLengthPx;
uniform float minWidthPx;
uniform float selected;
uniform float bySpeed;
uniform float opacity;
`;

/** In the order of their locations. */
export const vehicleAttributes = ['corners', 'instanceFromTo', 'instanceTiming', 'instanceTraits'] as const;

export const vertexShader = /* glsl */ `\
#version 300 es
precision highp float;
${uniforms}
in vec2 corners;
in vec4 instanceFromTo;
in vec2 instanceTiming;
in vec4 instanceTraits;
out vec2 vAt;
out vec2 vHalf;
out vec4 vColour;
out float vFlags;

// Length and width in metres by kind: car, taxi, bus, truck, ambulance, fire engine, police car, other.
const vec2 SIZES[8] = vec2[8](
  vec2(4.6, 2.0), vec2(4.6, 2.0), vec2(11.5, 2.7), vec2(8.6, 2.6),
  vec2(6.2, 2.3), vec2(8.4, 2.6), vec2(4.8, 2.1), vec2(4.2, 1.9));

float progress(vec2 timing, float speed) {
  float elapsed = max(0.0, nowMs - timing.x);
  float done = elapsed * timing.y;
  if (done <= 1.0) return done;
  float late = speed == 0.0 ? 0.0 : min(lateMs, elapsed - 1.0 / timing.y);
  return 1.0 + max(0.0, late) * timing.y;
}

void main(void) {
  vec4 traits = floor(instanceTraits * 255.0 + 0.5);
  float k = progress(instanceTiming, traits.w);
  // Both ends are whole numbers: the differences are exact, so nothing jitters when zoomed in.
  vec2 from = instanceFromTo.xy - reference;
  vec2 to = instanceFromTo.zw - reference;
  vec2 at = from + (to - from) * k;
  float turn = mod(traits.y - traits.x + 384.0, 256.0) - 128.0;
  float angle = (traits.x + turn * min(k, 1.0)) * 0.0245436926;

  int kind = int(min(traits.z, 7.0));
  bool emergency = kind >= 4 && kind <= 6;
  bool chosen = float(gl_InstanceID) == selected;
  vec2 sizeM = SIZES[kind];
  vec2 size = sizeM * unitsPerMetre / unitsPerPixel;
  vec2 least = vec2(minLengthPx, minWidthPx);
  least.x *= mix(1.0, clamp(sizeM.x / 4.6, 1.0, 1.7), shape);
  if (emergency) least *= 1.7;
  if (chosen) least = max(least * 1.5, vec2(12.0, 8.0));
  // A car enlarged to be seen keeps its proportions.
  size *= max(1.0, max(least.x / size.x * shape, least.y / size.y));
  size.x = mix(max(size.y, least.y), max(size.x, least.x), shape);
  vHalf = size * 0.5;
  float margin = emergency || chosen ? 5.0 : 1.5;
  vAt = corners * (vHalf + margin);

  // x of the shape runs ahead; heading 0 is north, that is minus y in ground units.
  vec2 ahead = vec2(sin(angle), -cos(angle));
  vec2 aside = vec2(-ahead.y, ahead.x);
  vec2 ground = at + (ahead * vAt.x + aside * vAt.y) * unitsPerPixel;
  gl_Position = matrix * vec4(ground, 0.0, 1.0);

  vec4 colour = kinds[kind];
  if (bySpeed > 0.5 && !emergency) {
    int step = traits.w > 254.0 ? 6
      : traits.w < 5.0 ? 5 : traits.w < 15.0 ? 4 : traits.w < 25.0 ? 3 : traits.w < 40.0 ? 2 : traits.w < 60.0 ? 1 : 0;
    colour = ramp[step];
  }
  vColour = colour;
  vFlags = (emergency ? 1.0 : 0.0) + (chosen ? 2.0 : 0.0);
}
`;

export const fragmentShader = /* glsl */ `\
#version 300 es
precision highp float;
${uniforms}
in vec2 vAt;
in vec2 vHalf;
in vec4 vColour;
in float vFlags;
out vec4 fragColor;

float roundedBox(vec2 p, vec2 halfSize, float radius) {
  vec2 q = abs(p) - halfSize + radius;
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}

void main(void) {
  float shorter = min(vHalf.x, vHalf.y);
  float radius = mix(shorter, shorter * 0.55, shape);
  float d = roundedBox(vAt, vHalf, radius);
  float body = 1.0 - smoothstep(-0.6, 0.4, d);
  vec3 colour = vColour.rgb;
  if (vHalf.x > 6.0) {
    // Windscreen and rear window, once a car is more than a dozen pixels long.
    float glass = smoothstep(0.10, 0.16, vAt.x / vHalf.x) * (1.0 - smoothstep(0.42, 0.48, vAt.x / vHalf.x))
      + smoothstep(-0.78, -0.72, vAt.x / vHalf.x) * (1.0 - smoothstep(-0.6, -0.54, vAt.x / vHalf.x));
    glass *= 1.0 - smoothstep(0.62, 0.82, abs(vAt.y) / vHalf.y);
    colour = mix(colour, colour * 0.32, glass * smoothstep(6.0, 9.0, vHalf.x));
  }
  float outline = 1.0 - smoothstep(0.2, 1.3, d);
  vec4 result = vec4(mix(halo.rgb, colour, body), max(body, outline * halo.a));

  if (vFlags > 0.5) {
    bool chosen = vFlags > 1.5;
    bool emergency = mod(vFlags, 2.0) > 0.5;
    if (emergency) {
      // Twice a second the glow goes from red to blue; it is also larger, so colour is not the only sign.
      float beat = 0.5 + 0.5 * sin(nowMs * 0.0126);
      vec3 glow = mix(vec3(1.0, 0.25, 0.22), vec3(0.30, 0.55, 1.0), beat);
      float ring = (1.0 - smoothstep(0.8, 4.6, d)) * 0.75;
      result = mix(vec4(glow, ring), result, max(body, outline * 0.5));
    }
    if (chosen) {
      float ring = smoothstep(1.2, 2.0, d) * (1.0 - smoothstep(3.6, 4.4, d));
      result = mix(result, vec4(selectedColour.rgb, 1.0), ring);
    }
  }
  float alpha = result.a * opacity;
  if (alpha < 0.01) discard;
  fragColor = vec4(result.rgb * alpha, alpha);
}
`;
