/**
 * A WebGL 2 program and its uniforms. It is compiled and linked beside the main thread: nothing asks for the outcome
 * before the driver says that there is one, so the first frames of the map never wait for a shader.
 */

export class Program {
  private readonly gl: WebGL2RenderingContext;
  private readonly program: WebGLProgram;
  private readonly shaders: readonly WebGLShader[];
  private readonly parallel: KHR_parallel_shader_compile | null;
  private readonly places = new Map<string, WebGLUniformLocation | null>();
  private linked = false;

  /** `attributes` in the order of their locations. */
  constructor(gl: WebGL2RenderingContext, vertex: string, fragment: string, attributes: readonly string[]) {
    this.gl = gl;
    this.parallel = gl.getExtension('KHR_parallel_shader_compile');
    this.program = gl.createProgram();
    this.shaders = [[gl.VERTEX_SHADER, vertex] as const, [gl.FRAGMENT_SHADER, fragment] as const].map(
      ([kind, source]) => {
        const shader = gl.createShader(kind)!;
        gl.shaderSource(shader, source);
        gl.compileShader(shader);
        gl.attachShader(this.program, shader);
        return shader;
      },
    );
    for (const [location, name] of attributes.entries()) gl.bindAttribLocation(this.program, location, name);
    gl.linkProgram(this.program);
  }

  /** Whether it can draw by now. Throws where the shaders are wrong. */
  ready(): boolean {
    if (this.linked) return true;
    const { gl, program } = this;
    if (gl.isContextLost()) return false;
    if (this.parallel && !gl.getProgramParameter(program, this.parallel.COMPLETION_STATUS_KHR)) return false;
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      const logs = this.shaders.map((s) => gl.getShaderInfoLog(s)).filter(Boolean);
      throw new Error(`shader: ${[...logs, gl.getProgramInfoLog(program)].join('\n')}`);
    }
    this.linked = true;
    return true;
  }

  use(): void {
    this.gl.useProgram(this.program);
  }

  number(name: string, value: number): void {
    this.gl.uniform1f(this.place(name), value);
  }
  integer(name: string, value: number): void {
    this.gl.uniform1i(this.place(name), value);
  }
  pair(name: string, value: readonly [number, number]): void {
    this.gl.uniform2f(this.place(name), value[0], value[1]);
  }
  /** One vec4 or an array of them. */
  vectors(name: string, values: Float32Array): void {
    this.gl.uniform4fv(this.place(name), values);
  }
  matrix(name: string, value: Float32Array): void {
    this.gl.uniformMatrix4fv(this.place(name), false, value);
  }
  /** One float or an array of them. */
  numbers(name: string, values: Float32Array): void {
    this.gl.uniform1fv(this.place(name), values);
  }

  destroy(): void {
    for (const shader of this.shaders) this.gl.deleteShader(shader);
    this.gl.deleteProgram(this.program);
  }

  private place(name: string): WebGLUniformLocation | null {
    let place = this.places.get(name);
    if (place === undefined) {
      place = this.gl.getUniformLocation(this.program, name);
      this.places.set(name, place);
    }
    return place;
  }
}

export interface Attribute {
  /** Components. */
  readonly size: number;
  readonly type: 'float' | 'short' | 'byte';
  readonly offset: number;
}

/** Corners of a square as location 0, `instanced` from location 1 on, interleaved in `buffer`. */
export function instancedSquares(
  gl: WebGL2RenderingContext,
  buffer: WebGLBuffer,
  stride: number,
  instanced: readonly Attribute[],
): WebGLVertexArrayObject {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  for (const [i, a] of instanced.entries()) {
    // Whole numbers arrive as −1…1 or 0…1.
    const type = a.type === 'float' ? gl.FLOAT : a.type === 'short' ? gl.SHORT : gl.UNSIGNED_BYTE;
    gl.enableVertexAttribArray(i + 1);
    gl.vertexAttribPointer(i + 1, a.size, type, a.type !== 'float', stride, a.offset);
    gl.vertexAttribDivisor(i + 1, 1);
  }
  gl.bindVertexArray(null);
  return array;
}

/** What both ground painters want of a context they share with somebody else. */
export function paintOver(gl: WebGL2RenderingContext): void {
  gl.disable(gl.DEPTH_TEST);
  gl.disable(gl.STENCIL_TEST);
  gl.disable(gl.CULL_FACE);
  gl.disable(gl.SCISSOR_TEST);
  gl.colorMask(true, true, true, true);
  gl.enable(gl.BLEND);
  gl.blendEquation(gl.FUNC_ADD);
  // Colours leave the shaders premultiplied.
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
}
