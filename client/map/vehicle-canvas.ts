/**
 * The canvas above the base map in which the vehicles drive. It has always the size of the base map's last drawn frame
 * and is drawn by that frame's own camera: the two cannot be apart, whatever happens to the container (UI-49).
 */
import type { Map as MapLibreMap } from 'maplibre-gl';
import type { Camera } from './layers/ground.ts';
import { softwareRendered } from './renderer.ts';

export class VehicleCanvas {
  readonly gl: WebGL2RenderingContext;
  private readonly canvas = document.createElement('canvas');
  private fence: WebGLSync | null = null;

  /** A program draws instead of a graphics card. */
  readonly software: boolean;

  constructor() {
    const { canvas } = this;
    canvas.className = 'cb-vehicle-canvas';
    canvas.setAttribute('aria-hidden', 'true');
    const gl = canvas.getContext('webgl2', { alpha: true, antialias: false, depth: false, stencil: false });
    if (!gl) throw new Error('WebGL 2 is not available');
    this.gl = gl;
    this.software = softwareRendered(gl);
  }

  addTo(map: MapLibreMap): void {
    map.getCanvasContainer().append(this.canvas);
  }

  /**
   * False while the last frame is still being drawn: frames given out faster than they are drawn would only pile up,
   * and the picture would fall ever further behind.
   */
  free(): boolean {
    const { gl, fence } = this;
    if (fence === null) return true;
    if (gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED && !gl.isContextLost()) return false;
    gl.deleteSync(fence);
    this.fence = null;
    return true;
  }

  /** As large as `base`, empty, and what `paint` puts there. */
  draw(base: HTMLCanvasElement, camera: Camera, paint: (camera: Camera) => void): void {
    const { canvas, gl } = this;
    if (canvas.width !== base.width || canvas.height !== base.height) {
      canvas.width = base.width;
      canvas.height = base.height;
    }
    if (canvas.style.width !== base.style.width) canvas.style.width = base.style.width;
    if (canvas.style.height !== base.style.height) canvas.style.height = base.style.height;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    paint(camera);
    if (this.fence) gl.deleteSync(this.fence);
    this.fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
  }

  destroy(): void {
    this.canvas.remove();
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}
