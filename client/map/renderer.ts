/** Whether a program draws instead of a graphics card: then every frame is dear, and the map spends fewer. */
let known: boolean | null = null;

export function softwareRendered(): boolean {
  known ??= probe();
  return known;
}

function probe(): boolean {
  const canvas = document.createElement('canvas');
  const gl = canvas.getContext('webgl2');
  if (!gl) return true;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}
